# Audit checkpoints and backups: written once, deleted by nobody before their time.
locals {
  locked = {
    checkpoints = var.checkpoint_days
    backups     = 35
  }
}

resource "aws_s3_bucket" "locked" {
  for_each            = local.locked
  bucket              = "${var.name}-${each.key}-${local.account}"
  object_lock_enabled = true
}

resource "aws_s3_bucket_versioning" "locked" {
  for_each = local.locked
  bucket   = aws_s3_bucket.locked[each.key].id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "locked" {
  for_each = local.locked
  bucket   = aws_s3_bucket.locked[each.key].id
  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = each.value
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "locked" {
  for_each = local.locked
  bucket   = aws_s3_bucket.locked[each.key].id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.data.arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "locked" {
  for_each                = local.locked
  bucket                  = aws_s3_bucket.locked[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

data "aws_iam_policy_document" "only_tls" {
  for_each = local.locked
  statement {
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.locked[each.key].arn, "${aws_s3_bucket.locked[each.key].arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "only_tls" {
  for_each = local.locked
  bucket   = aws_s3_bucket.locked[each.key].id
  policy   = data.aws_iam_policy_document.only_tls[each.key].json
}

# Deliveries (FEEDS_DIR) and the working set of resolution: one folder that all workers share.
resource "aws_efs_file_system" "files" {
  encrypted  = true
  kms_key_id = aws_kms_key.data.arn
}

resource "aws_efs_mount_target" "files" {
  for_each        = toset(var.private_subnets)
  file_system_id  = aws_efs_file_system.files.id
  subnet_id       = each.value
  security_groups = [aws_security_group.store["files"].id]
}

resource "aws_efs_access_point" "files" {
  file_system_id = aws_efs_file_system.files.id
  posix_user {
    uid = 999
    gid = 999
  }
  root_directory {
    path = "/wmp"
    creation_info {
      owner_uid   = 999
      owner_gid   = 999
      permissions = "700"
    }
  }
}

data "aws_iam_policy_document" "files" {
  statement {
    sid       = "OnlyTheWorkersOverTls"
    actions   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    resources = [aws_efs_file_system.files.arn]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_role.task["worker"].arn]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["true"]
    }
  }
}

resource "aws_efs_file_system_policy" "files" {
  file_system_id = aws_efs_file_system.files.id
  policy         = data.aws_iam_policy_document.files.json
}
