"""Functions and the archives of their code."""

from components.serverless.artefact import LAYER_ROOT, Artefact, build_artefact
from components.serverless.function import Function, function_key_users, log_group_name
from components.serverless.function_args import FunctionAlarms, FunctionArgs, FunctionNetwork
from components.serverless.layer_args import LayerDistributionArgs, LayerName, Share
from components.serverless.layer_distribution import LayerDistribution
from components.serverless.requirements import Platform
from components.serverless.signing import SignedCode, Signer

__all__ = [
    "LAYER_ROOT",
    "Artefact",
    "Function",
    "FunctionAlarms",
    "FunctionArgs",
    "FunctionNetwork",
    "LayerDistribution",
    "LayerDistributionArgs",
    "LayerName",
    "Platform",
    "Share",
    "SignedCode",
    "Signer",
    "build_artefact",
    "function_key_users",
    "log_group_name",
]
