"""Pipelines that build and distribute."""

from components.delivery.code_signer import CodeSigner, CodeSignerArgs
from components.delivery.layer_pipeline import LayerPipeline
from components.delivery.layer_pipeline_args import CodeCommitSource, ConnectionSource, LayerPipelineArgs

__all__ = [
    "CodeCommitSource",
    "CodeSigner",
    "CodeSignerArgs",
    "ConnectionSource",
    "LayerPipeline",
    "LayerPipelineArgs",
]
