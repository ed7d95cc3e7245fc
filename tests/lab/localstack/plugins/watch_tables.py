"""LocalStack's DynamoDB by moto's tables, which LocalStack ships: its own are a program in Java, fetched at need."""

from localstack.aws.api.dynamodb import DynamodbApi
from localstack.services.moto import MotoFallbackDispatcher
from localstack.services.plugins import Service, aws_provider


@aws_provider(api="dynamodb", name="moto")
def dynamodb() -> Service:
    """Every operation is moto's."""
    return Service.for_provider(DynamodbApi(), dispatch_table_factory=MotoFallbackDispatcher)
