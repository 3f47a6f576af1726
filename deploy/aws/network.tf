# One security group for each kind of server; each admits only those who need it, on one port.
resource "aws_security_group" "balancer" {
  name_prefix = "${var.name}-balancer-"
  description = "Officers reach the load balancer"
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "web" {
  name_prefix = "${var.name}-web-"
  description = "Web processes"
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "worker" {
  name_prefix = "${var.name}-worker-"
  description = "Workers and the clock"
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "store" {
  for_each    = local.stores
  name_prefix = "${var.name}-${each.key}-"
  description = "Reached by web and workers only"
  vpc_id      = var.vpc_id
}

locals {
  stores = {
    database = 5432
    broker   = 6379
    index    = 443
    files    = 2049
  }
  applications = {
    web    = aws_security_group.web.id
    worker = aws_security_group.worker.id
  }
  # the web processes read no files
  reaches = {
    for pair in setproduct(keys(local.applications), keys(local.stores)) :
    "${pair[0]}-${pair[1]}" => { from = pair[0], to = pair[1] }
    if !(pair[0] == "web" && pair[1] == "files")
  }
}

resource "aws_vpc_security_group_ingress_rule" "officers" {
  for_each          = toset(var.officer_networks)
  security_group_id = aws_security_group.balancer.id
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "balancer_to_web" {
  security_group_id            = aws_security_group.balancer.id
  referenced_security_group_id = aws_security_group.web.id
  ip_protocol                  = "tcp"
  from_port                    = 8443
  to_port                      = 8443
}

resource "aws_vpc_security_group_ingress_rule" "balancer_to_web" {
  security_group_id            = aws_security_group.web.id
  referenced_security_group_id = aws_security_group.balancer.id
  ip_protocol                  = "tcp"
  from_port                    = 8443
  to_port                      = 8443
}

resource "aws_vpc_security_group_ingress_rule" "store" {
  for_each                     = local.reaches
  security_group_id            = aws_security_group.store[each.value.to].id
  referenced_security_group_id = local.applications[each.value.from]
  ip_protocol                  = "tcp"
  from_port                    = local.stores[each.value.to]
  to_port                      = local.stores[each.value.to]
}

resource "aws_vpc_security_group_egress_rule" "store" {
  for_each                     = local.reaches
  security_group_id            = local.applications[each.value.from]
  referenced_security_group_id = aws_security_group.store[each.value.to].id
  ip_protocol                  = "tcp"
  from_port                    = local.stores[each.value.to]
  to_port                      = local.stores[each.value.to]
}

# images, secrets, logs, keys and S3 are reached inside the network: nothing goes to the internet
resource "aws_security_group" "endpoint" {
  name_prefix = "${var.name}-endpoint-"
  description = "AWS services inside the network"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "endpoint" {
  for_each                     = local.applications
  security_group_id            = aws_security_group.endpoint.id
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "endpoint" {
  for_each                     = local.applications
  security_group_id            = each.value
  referenced_security_group_id = aws_security_group.endpoint.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_endpoint" "service" {
  for_each            = toset(["ecr.api", "ecr.dkr", "secretsmanager", "logs", "kms", "s3"])
  vpc_id              = var.vpc_id
  service_name        = "com.amazonaws.${var.region}.${each.value}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = each.value != "s3"
  subnet_ids          = var.private_subnets
  security_group_ids  = [aws_security_group.endpoint.id]
}
