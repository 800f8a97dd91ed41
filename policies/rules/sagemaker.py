"""Rules on SageMaker AI: notebooks, domains, endpoints, models, jobs."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict
from policies.rules._stores import customer_key

NOTEBOOK = "aws:sagemaker/notebookInstance:NotebookInstance"
DOMAIN = "aws:sagemaker/domain:Domain"
MODEL = "aws:sagemaker/model:Model"
JOB = "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition"


@rule(
    on=(NOTEBOOK, DOMAIN),
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_22", "CKV_AWS_187"],
)
def sagemaker_notebook_customer_key(resource: Resource) -> Verdict:
    """Notebooks collect copies of the data they were made to study; only a key of one's own can be withdrawn."""
    return customer_key(resource, "kmsKeyId")


@rule(
    on=NOTEBOOK,
    severity=HIGH,
    theme=Theme.NETWORK,
    fix={"directInternetAccess": "Disabled"},
    same_as=["FSBP SageMaker.1", "CKV_AWS_122"],
)
def sagemaker_notebook_no_internet(notebook: Resource) -> Verdict:
    """With direct access data leaves the notebook past every control of the network."""
    return notebook.expect("directInternetAccess", "Disabled", absent="Enabled")


@rule(on=NOTEBOOK, severity=HIGH, theme=Theme.NETWORK, same_as=["FSBP SageMaker.2", "CKV_AWS_306"])
def sagemaker_notebook_in_vpc(notebook: Resource) -> Verdict:
    """Without a subnet the notebook stands in a network of AWS's that nobody here controls."""
    return (
        notebook.expect_set("subnetId", "Set `subnet_id=subnet.id`.") if notebook.known("subnetId") else PASS
    )


@rule(
    on=NOTEBOOK,
    severity=HIGH,
    theme=Theme.LEAST_PRIVILEGE,
    fix={"rootAccess": "Disabled"},
    same_as=["FSBP SageMaker.3", "CKV_AWS_307"],
)
def sagemaker_notebook_no_root(notebook: Resource) -> Verdict:
    """Root on a notebook can read other users' files and switch its controls off."""
    return notebook.expect("rootAccess", "Disabled", absent="Enabled")


@rule(on=NOTEBOOK, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_371"])
def sagemaker_notebook_imdsv2(notebook: Resource) -> Verdict:
    """IMDSv1 hands the role's credentials to any request that a notebook can be tricked into making."""
    return notebook.expect("instanceMetadataServiceConfiguration.minimumInstanceMetadataServiceVersion", "2")


@rule(on=DOMAIN, severity=MEDIUM, theme=Theme.NETWORK)
def sagemaker_domain_vpc_only(domain: Resource) -> Verdict:
    """A domain's apps reach the internet past the VPC unless told to use the VPC only."""
    return domain.expect("appNetworkAccessType", "VpcOnly", absent="PublicInternetOnly")


@rule(
    on="aws:sagemaker/endpointConfiguration:EndpointConfiguration",
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_98"],
)
def sagemaker_endpoint_customer_key(endpoint: Resource) -> Verdict:
    """An endpoint's machines keep the model, and what they are asked, on their volumes."""
    return customer_key(endpoint, "kmsKeyArn")


@rule(
    on=MODEL,
    severity=MEDIUM,
    theme=Theme.NETWORK,
    fix={"enableNetworkIsolation": True},
    same_as=["SecurityHub SageMaker.5", "CKV_AWS_370"],
)
def sagemaker_model_isolated(model: Resource) -> Verdict:
    """A model's container is somebody's code; isolated it can't send what it is asked to anybody."""
    return model.expect("enableNetworkIsolation", value=True)


@rule(
    on="aws:sagemaker/flowDefinition:FlowDefinition",
    severity=LOW,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_372"],
)
def sagemaker_flow_customer_key(flow: Resource) -> Verdict:
    """What people labelled is written to S3 under the key named here."""
    return customer_key(flow, "outputConfig.kmsKeyId")


@rule(on=JOB, severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_367"])
def sagemaker_job_output_key(job: Resource) -> Verdict:
    """A monitoring job writes samples of production data."""
    return customer_key(job, "dataQualityJobOutputConfig.kmsKeyId")


@rule(on=JOB, severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_368"])
def sagemaker_job_volume_key(job: Resource) -> Verdict:
    """The job's machines keep those samples on their volumes while it runs."""
    return customer_key(job, "jobResources.clusterConfig.volumeKmsKeyId")


@rule(
    on=JOB,
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    fix={"networkConfig.enableInterContainerTrafficEncryption": True},
    same_as=["CKV_AWS_369"],
)
def sagemaker_job_traffic_encrypted(job: Resource) -> Verdict:
    """Between the job's machines the data travels in the clear unless told otherwise."""
    if job.number("jobResources.clusterConfig.instanceCount") == 1:
        return PASS  # One machine sends nothing to others.
    return job.expect("networkConfig.enableInterContainerTrafficEncryption", value=True)
