"""SigV4: what the largest scanner asks for, and the rule that says it."""

from __future__ import annotations

CHECKOV: dict[str, str | tuple[str, ...]] = {
    "CKV_AWS_45": "access-keys-not-in-lambda",
    "CKV_AWS_59": "apigateway-auth-method",
    "CKV_AWS_161": "rds-auth-instance-iam",
    "CKV_AWS_162": "rds-auth-cluster-iam",
    "CKV_AWS_258": "lambda-url-iam",
    "CKV_AWS_309": ("apigateway-auth-route", "apigateway-auth-default-route"),
    "CKV_AWS_359": "neptune-auth-iam",
    "CKV_AWS_366": "cognito-identity-no-guests",
    "CKV2_AWS_46": ("cloudfront-origin-s3-signed", "cloudfront-origin-bucket-signed"),
    "CKV2_AWS_52": "opensearch-auth-fine-grained",
    "CKV2_AWS_70": "apigateway-auth-method",
}
