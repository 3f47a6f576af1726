# Web, workers and the clock on Fargate. Keys come as text and are put into files, as the settings
# want them; only the worker that seals holds the signing key, only `prepare` owns the tables.
locals {
  common_secrets = ["SECRET_KEY", "DATABASE_URL", "AUDIT_DATABASE_URL", "REDIS_URL", "OPENSEARCH_URL", "OVERSIGHT_HR_KEY", "OVERSIGHT_DRAW_KEY"]
  sealing        = "umask 077; printf '%s' \"$AUDIT_SIGNING_KEY\" > /tmp/audit-key.pem; unset AUDIT_SIGNING_KEY"
  tasks = {
    web = {
      role    = "web"
      count   = var.web_tasks
      cpu     = 2048
      memory  = 4096
      files   = false
      secrets = concat(local.common_secrets, ["OIDC_CLIENT_SECRET", "METRICS_TOKEN"])
      # the balancer asks /health by the task's own address, and checks no certificate of ours: one for this task alone encrypts the way to it
      command = "export ALLOWED_HOSTS=$ALLOWED_HOSTS,$(hostname -i); openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=web -keyout /tmp/web.key -out /tmp/web.crt && exec gunicorn wmp_search.wsgi -k gthread -w 2 --threads 4 -b 0.0.0.0:8443 --certfile /tmp/web.crt --keyfile /tmp/web.key --no-control-socket --log-level warning"
    }
    index = {
      role    = "worker"
      count   = 2
      cpu     = 2048
      memory  = 4096
      files   = true
      secrets = concat(local.common_secrets, ["AUDIT_SIGNING_KEY"])
      command = "${local.sealing}; exec celery -A wmp_search worker -Q index,interactive,audit -c 2 -l warning"
    }
    refresh = {
      role    = "worker"
      count   = 1
      cpu     = 8192
      memory  = 32768
      files   = true
      secrets = local.common_secrets
      command = "exec celery -A wmp_search worker -Q refresh -c 1 -l warning"
    }
    beat = {
      role    = "worker"
      count   = 1
      cpu     = 256
      memory  = 1024
      files   = false
      secrets = local.common_secrets
      command = "exec celery -A wmp_search beat -l warning -s /tmp/beat --pidfile="
    }
    # run by hand at each release: aws.md
    prepare = {
      role    = "worker"
      count   = 0
      cpu     = 2048
      memory  = 8192
      files   = true
      secrets = concat(local.common_secrets, ["OWNER_DATABASE_URL", "AUDIT_SIGNING_KEY"])
      command = "${local.sealing}; DATABASE_URL=$OWNER_DATABASE_URL python manage.py migrate && python manage.py search_migrate"
    }
  }
  settings = {
    DJANGO_SETTINGS_MODULE        = "wmp_search.settings.base"
    ALLOWED_HOSTS                 = var.host
    CSRF_TRUSTED_ORIGINS          = "https://${var.host}"
    AUDIT_CHECKPOINTS             = "s3://${aws_s3_bucket.locked["checkpoints"].id}/audit"
    AUDIT_CHECKPOINTS_LOCKED_DAYS = tostring(var.checkpoint_days)
    AUDIT_SIGNING_KEY_FILE        = "/tmp/audit-key.pem"
    FEEDS_DIR                     = "/var/lib/wmp/feeds"
    WMP_VAR                       = "/var/lib/wmp"
    LOG_FORMAT                    = "json"
    RESOLUTION_MEMORY_LIMIT       = "20GB"
  }
}

resource "aws_cloudwatch_log_group" "task" {
  for_each          = local.tasks
  name              = "/${var.name}/${each.key}"
  retention_in_days = 90
  kms_key_id        = aws_kms_key.data.arn
}

resource "aws_ecs_cluster" "main" {
  name = var.name
}

resource "aws_ecs_task_definition" "task" {
  for_each                 = local.tasks
  family                   = "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  task_role_arn            = aws_iam_role.task[each.value.role].arn
  execution_role_arn       = aws_iam_role.start[each.key].arn
  container_definitions = jsonencode([{
    name                   = each.key
    image                  = var.image
    essential              = true
    command                = ["sh", "-ec", each.value.command]
    user                   = "999:999"
    readonlyRootFilesystem = true
    linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    environment            = [for name, value in local.settings : { name = name, value = value }]
    secrets                = [for name in each.value.secrets : { name = name, valueFrom = var.secrets[name] }]
    portMappings           = each.key == "web" ? [{ containerPort = 8443 }] : []
    mountPoints = concat(
      [{ sourceVolume = "scratch", containerPath = "/tmp", readOnly = false }],
      [{ sourceVolume = each.value.files ? "files" : "empty", containerPath = "/var/lib/wmp", readOnly = false }]
    )
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = aws_cloudwatch_log_group.task[each.key].name
        "awslogs-region"        = var.region
        "awslogs-stream-prefix" = each.key
      }
    }
  }])
  volume {
    name = "scratch"
  }
  dynamic "volume" {
    for_each = each.value.files ? [] : ["empty"]
    content {
      name = volume.value
    }
  }
  dynamic "volume" {
    for_each = each.value.files ? ["files"] : []
    content {
      name = volume.value
      efs_volume_configuration {
        file_system_id     = aws_efs_file_system.files.id
        transit_encryption = "ENABLED"
        authorization_config {
          access_point_id = aws_efs_access_point.files.id
          iam             = "ENABLED"
        }
      }
    }
  }
}

resource "aws_ecs_service" "task" {
  for_each               = { for name, task in local.tasks : name => task if name != "prepare" }
  name                   = each.key
  cluster                = aws_ecs_cluster.main.id
  task_definition        = aws_ecs_task_definition.task[each.key].arn
  desired_count          = each.value.count
  launch_type            = "FARGATE"
  enable_execute_command = false
  # never two clocks, never fewer web processes than wanted
  deployment_minimum_healthy_percent = each.key == "beat" ? 0 : 100
  deployment_maximum_percent         = each.key == "beat" ? 100 : 200
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  network_configuration {
    subnets          = var.private_subnets
    security_groups  = [local.applications[each.value.role]]
    assign_public_ip = false
  }
  dynamic "load_balancer" {
    for_each = each.key == "web" ? ["web"] : []
    content {
      target_group_arn = aws_lb_target_group.web.arn
      container_name   = load_balancer.value
      container_port   = 8443
    }
  }
}
