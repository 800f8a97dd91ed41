"""The questions that PostgreSQL's catalogues are asked (PostgreSQL manual, "System Catalogs")."""

from __future__ import annotations

ROLES = """
    SELECT rolname::text, rolcanlogin, rolconnlimit,
           concat_ws(' ',
               CASE WHEN rolsuper THEN 'SUPERUSER' END,
               CASE WHEN rolcreatedb THEN 'CREATEDB' END,
               CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
               CASE WHEN rolreplication THEN 'REPLICATION' END,
               CASE WHEN rolbypassrls THEN 'BYPASSRLS' END)
    FROM pg_roles WHERE rolname::text = ANY (CAST(:names AS text[]))
"""

MEMBERSHIPS = """
    SELECT granted.rolname::text FROM pg_auth_members AS membership
    JOIN pg_roles AS granted ON granted.oid = membership.roleid
    JOIN pg_roles AS member ON member.oid = membership.member
    WHERE member.rolname::text = :name
"""

DATABASES = "SELECT datname::text FROM pg_database WHERE datallowconn AND NOT datistemplate"

DATABASE_GRANTS = """
    SELECT datname::text, entry.privilege_type, entry.is_grantable
    FROM pg_database, aclexplode(datacl) AS entry JOIN pg_roles ON pg_roles.oid = entry.grantee
    WHERE rolname::text = :name
"""

DATABASES_OF = """
    SELECT DISTINCT datname::text FROM pg_shdepend
    JOIN pg_database ON pg_database.oid = pg_shdepend.dbid
    JOIN pg_roles ON pg_roles.oid = pg_shdepend.refobjid
    WHERE pg_shdepend.refclassid = 'pg_authid'::regclass AND datallowconn AND rolname::text = :name
"""
"""The databases in which something depends on a user, such as an access list."""

THINGS = """
    SELECT 'schema', nspname::text, '' FROM pg_namespace
    UNION ALL
    SELECT CASE relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, nspname::text, relname::text
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
"""

GRANTS = """
    SELECT kind, space, name, part, privilege_type, is_grantable FROM (
        SELECT 'schema' AS kind, nspname::text AS space, '' AS name, '' AS part, entry.*
        FROM pg_namespace, aclexplode(nspacl) AS entry
        UNION ALL
        SELECT CASE relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, nspname::text, relname::text, '', entry.*
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace, aclexplode(relacl) AS entry
        UNION ALL
        SELECT 'column', nspname::text, relname::text, attname::text, entry.*
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        JOIN pg_namespace ON pg_namespace.oid = relnamespace, aclexplode(attacl) AS entry
        UNION ALL
        SELECT CASE defaclobjtype WHEN 'S' THEN 'future sequences' ELSE 'future tables' END,
               coalesce(nspname::text, ''), '', '', entry.*
        FROM pg_default_acl LEFT JOIN pg_namespace ON pg_namespace.oid = defaclnamespace, aclexplode(defaclacl) AS entry
        WHERE defaclobjtype IN ('r', 'S') AND defaclrole = current_user::regrole
    ) AS entries JOIN pg_roles ON pg_roles.oid = grantee
    WHERE rolname::text = :name
"""
