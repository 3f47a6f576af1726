data "aws_iam_policy_document" "assumed_by_tasks" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

# what a task may do: the web processes nothing at all, the workers write checkpoints and backups
resource "aws_iam_role" "task" {
  for_each           = toset(["web", "worker"])
  name               = "${var.name}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_tasks.json
}

data "aws_iam_policy_document" "worker" {
  statement {
    sid       = "WritesAndReadsBackNeverDeletes"
    actions   = ["s3:PutObject", "s3:PutObjectRetention", "s3:GetObject"]
    resources = [for bucket in aws_s3_bucket.locked : "${bucket.arn}/*"]
  }
  statement {
    sid       = "FindsTheLastCheckpoint"
    actions   = ["s3:ListBucket"]
    resources = [for bucket in aws_s3_bucket.locked : bucket.arn]
  }
  statement {
    sid       = "UsesTheKeyForThat"
    actions   = ["kms:GenerateDataKey", "kms:Decrypt"]
    resources = [aws_kms_key.data.arn]
  }
}

resource "aws_iam_role_policy" "worker" {
  name   = "checkpoints-and-backups"
  role   = aws_iam_role.task["worker"].id
  policy = data.aws_iam_policy_document.worker.json
}

# what starts a task: pulls the image, reads the secrets of that kind of task, opens its log
resource "aws_iam_role" "start" {
  for_each           = local.tasks
  name               = "${var.name}-start-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_tasks.json
}

data "aws_iam_policy_document" "start" {
  for_each = local.tasks
  statement {
    # the one action of ECR that knows no resource
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }
  statement {
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = ["arn:aws:ecr:${var.region}:${local.account}:repository/${var.name}"]
  }
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [for name in each.value.secrets : var.secrets[name]]
  }
  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.data.arn]
  }
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.task[each.key].arn}:*"]
  }
}

resource "aws_iam_role_policy" "start" {
  for_each = local.tasks
  name     = "start"
  role     = aws_iam_role.start[each.key].id
  policy   = data.aws_iam_policy_document.start[each.key].json
}
