/* What RDS adds to MySQL and MariaDB: an authentication plugin named AWSAuthenticationPlugin.
 *
 * Like the real one it asks the client for `mysql_clear_password` and takes what comes as a token. IAM's part, saying whether
 * the token is good, is played by a file: one line "USER<tab>TOKEN" for each that is (its path: GROUNDPLAN_TOKENS).
 *
 * The declarations are those of the server's plugin interface ("Development: Writing Plugins for MariaDB"), so that no
 * header of a server is needed to compile it. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct vio {
    int (*read_packet)(struct vio *, unsigned char **);
    int (*write_packet)(struct vio *, const unsigned char *, int);
    void (*info)(struct vio *, void *);
};

struct login {
    const char *user_name;
    unsigned int user_name_length;
    const char *auth_string;
    unsigned long auth_string_length;
};

struct authentication {
    int interface_version;
    const char *client_auth_plugin;
    int (*authenticate_user)(struct vio *, struct login *);
    int (*hash_password)(const char *, size_t, char *, size_t *);
    int (*preprocess_hash)(const char *, size_t, unsigned char *, size_t *);
};

struct plugin {
    int type;
    void *info;
    const char *name, *author, *descr;
    int license;
    int (*init)(void *), (*deinit)(void *);
    unsigned int version;
    void *status_vars;
    void **system_vars;
    const char *version_info;
    unsigned int maturity;
};

enum { REFUSED = 0, ACCEPTED = -1 };

static int is_good(const char *user, size_t user_length, const char *token) {
    const char *path = getenv("GROUNDPLAN_TOKENS");
    FILE *file = path ? fopen(path, "r") : NULL;
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    int found = 0;
    if (file == NULL) return 0;
    while (!found && (length = getline(&line, &room, file)) > 0) {
        if (line[length - 1] == '\n') line[length - 1] = '\0';
        found = strlen(line) > user_length && memcmp(line, user, user_length) == 0 && line[user_length] == '\t' &&
                strcmp(line + user_length + 1, token) == 0;
    }
    free(line);
    fclose(file);
    return found;
}

static int authenticate(struct vio *vio, struct login *login) {
    unsigned char *token;
    int length;
    length = vio->read_packet(vio, &token); /* who logs in is known only after this */
    if (length <= 0 || token[length - 1] != '\0') return REFUSED;
    if (login->auth_string_length != 3 || memcmp(login->auth_string, "RDS", 3) != 0) return REFUSED;
    return is_good(login->user_name, login->user_name_length, (const char *)token) ? ACCEPTED : REFUSED;
}

static struct authentication rds = {0x0202, "mysql_clear_password", authenticate, NULL, NULL};

int _maria_plugin_interface_version_ = 0x0110;
int _maria_sizeof_struct_st_plugin_ = sizeof(struct plugin);
struct plugin _maria_plugin_declarations_[] = {
    {7, &rds, "AWSAuthenticationPlugin", "groundplan", "Stands in for the plugin of RDS", 0, NULL, NULL, 0x0100, NULL, NULL,
     "1.0", 5},
    {0}};
