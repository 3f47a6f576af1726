resource "aws_lb" "web" {
  name                       = var.name
  internal                   = true
  load_balancer_type         = "application"
  subnets                    = var.private_subnets
  security_groups            = [aws_security_group.balancer.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = true
  xff_header_processing_mode = "append"
}

resource "aws_lb_target_group" "web" {
  name                 = var.name
  vpc_id               = var.vpc_id
  target_type          = "ip"
  protocol             = "HTTPS"
  port                 = 8443
  deregistration_delay = 30
  health_check {
    protocol = "HTTPS"
    path     = "/health"
    interval = 10
    timeout  = 5
    matcher  = "200"
  }
}

resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
  certificate_arn   = var.certificate_arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

output "address" {
  description = "What the name of the page points to."
  value       = aws_lb.web.dns_name
}

output "checkpoints" {
  description = "Where audit_verify finds the checkpoints."
  value       = local.settings.AUDIT_CHECKPOINTS
}
