"""Transit gateways.

moto puts a new attachment into the default route table in one of its two books only and never into the propagating one,
whatever the gateway's options say, and breaks when it is taken out again. It forgets the attachment's tags, lets one
be in several tables, which AWS refuses, and shows no attachments of routes.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachmentBackend
from moto.ec2.models.transit_gateway_route_tables import (
    TransitGatewayRelations,
    TransitGatewayRouteTableBackend,
)
from moto.ec2.responses.transit_gateway_attachments import TransitGatewayAttachment

from tools.emulator.additions import method


def _tables(backend: Any) -> list[Any]:
    return list(backend.transit_gateways_route_tables.values())


def install() -> None:
    """Put attachments and their route tables right."""
    _install_attachments()
    _install_associations()
    _install_propagations()
    _install_routes()


def _install_attachments() -> None:
    made = TransitGatewayAttachmentBackend.create_transit_gateway_vpc_attachment
    deleted = TransitGatewayAttachmentBackend.delete_transit_gateway_vpc_attachment
    created = TransitGatewayAttachment.create_transit_gateway_vpc_attachment

    @method(TransitGatewayAttachmentBackend)
    def create_transit_gateway_vpc_attachment(self: Any, **given: Any) -> Any:
        attachment = made(self, **given)
        gateway = self.transit_gateways[attachment.transit_gateway_id]
        table = gateway.default_route_table.id
        self.unset_route_table_association(table, attachment.id)
        if gateway.options.get("DefaultRouteTableAssociation") == "enable":
            self.associate_transit_gateway_route_table(attachment.id, table)
        if gateway.options.get("DefaultRouteTablePropagation") == "enable":
            self.enable_transit_gateway_route_table_propagation(attachment.id, table)
        return attachment

    @method(TransitGatewayAttachmentBackend)
    def delete_transit_gateway_vpc_attachment(self: Any, transit_gateway_attachment_id: str) -> Any:
        gone = transit_gateway_attachment_id
        for table in _tables(self):
            table.route_table_associations.pop(gone, None)
            table.route_table_propagation = [
                one for one in table.route_table_propagation if one.transitGatewayAttachmentId != gone
            ]
        return deleted(self, transit_gateway_attachment_id=gone)

    @method(TransitGatewayAttachment, "create_transit_gateway_vpc_attachment")
    def response(self: Any) -> ActionResult:
        answer = created(self)
        tags = self._parse_tag_specification().get("transit-gateway-attachment", {})
        answer.result["TransitGatewayVpcAttachment"].add_tags(tags)
        return answer


def _install_associations() -> None:
    associated = TransitGatewayRouteTableBackend.associate_transit_gateway_route_table

    @method(TransitGatewayRouteTableBackend)
    def associate_transit_gateway_route_table(
        self: Any, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str
    ) -> Any:
        if any(transit_gateway_attachment_id in table.route_table_associations for table in _tables(self)):
            raise EC2ClientError(
                "Resource.AlreadyAssociated",
                f"{transit_gateway_attachment_id} is already associated to a route table",
            )
        return associated(self, transit_gateway_attachment_id, transit_gateway_route_table_id)

    @method(TransitGatewayRouteTableBackend)
    def disassociate_transit_gateway_route_table(self: Any, tgw_attach_id: str, tgw_rt_id: str) -> Any:
        table = self.transit_gateways_route_tables[tgw_rt_id]
        if table.route_table_associations.pop(tgw_attach_id, None) is None:
            raise EC2ClientError(
                "InvalidAssociation.NotFound", f"{tgw_attach_id} is not associated with {tgw_rt_id}"
            )
        self.transit_gateway_associations.pop(tgw_attach_id, None)
        self.unset_attachment_association(tgw_attach_id)
        return TransitGatewayRelations(self, tgw_attach_id, tgw_rt_id, "disassociated")


def _install_propagations() -> None:
    enabled = TransitGatewayRouteTableBackend.enable_transit_gateway_route_table_propagation

    @method(TransitGatewayRouteTableBackend)
    def enable_transit_gateway_route_table_propagation(
        self: Any, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str
    ) -> Any:
        self.disable_route_table_propagation(transit_gateway_attachment_id, transit_gateway_route_table_id)
        return enabled(self, transit_gateway_attachment_id, transit_gateway_route_table_id)

    @method(TransitGatewayRouteTableBackend)
    def disable_transit_gateway_route_table_propagation(
        self: Any, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str
    ) -> Any:
        self.disable_route_table_propagation(transit_gateway_attachment_id, transit_gateway_route_table_id)
        self.transit_gateway_propagations.pop(transit_gateway_attachment_id, None)
        return TransitGatewayRelations(
            self, transit_gateway_attachment_id, transit_gateway_route_table_id, "disabled"
        )


def _install_routes() -> None:
    made = TransitGatewayRouteTableBackend.create_transit_gateway_route

    @method(TransitGatewayRouteTableBackend)
    def create_transit_gateway_route(self: Any, **given: Any) -> Any:
        route = made(self, **given)
        there = route.get("transitGatewayAttachments")
        route["transitGatewayAttachments"] = [there] if there else []
        return route
