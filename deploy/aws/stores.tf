# PostgreSQL
resource "aws_db_subnet_group" "database" {
  name       = "${var.name}-database"
  subnet_ids = var.private_subnets
}

resource "aws_db_parameter_group" "database" {
  name   = "${var.name}-postgres18"
  family = "postgres18"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
  parameter {
    name  = "wal_compression"
    value = "1"
  }
  # a statement's values are people: they never go to the log
  parameter {
    name  = "log_parameter_max_length"
    value = "0"
  }
  parameter {
    name  = "log_parameter_max_length_on_error"
    value = "0"
  }
}

resource "aws_db_instance" "database" {
  identifier                          = var.name
  engine                              = "postgres"
  engine_version                      = "18"
  instance_class                      = "db.r7g.2xlarge"
  allocated_storage                   = 500
  max_allocated_storage               = 4000
  storage_type                        = "gp3"
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.data.arn
  username                            = "master"
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = aws_kms_key.data.arn
  iam_database_authentication_enabled = false
  db_subnet_group_name                = aws_db_subnet_group.database.name
  vpc_security_group_ids              = [aws_security_group.store["database"].id]
  parameter_group_name                = aws_db_parameter_group.database.name
  multi_az                            = true
  publicly_accessible                 = false
  backup_retention_period             = 35
  copy_tags_to_snapshot               = true
  deletion_protection                 = true
  auto_minor_version_upgrade          = true
  ca_cert_identifier                  = "rds-ca-rsa2048-g1"
}

# Redis: the broker; nothing in it is kept
resource "aws_elasticache_subnet_group" "broker" {
  name       = "${var.name}-broker"
  subnet_ids = var.private_subnets
}

data "aws_secretsmanager_secret_version" "broker" {
  secret_id = var.secrets["REDIS_PASSWORD"]
}

resource "aws_elasticache_user" "application" {
  user_id       = "${var.name}-application"
  user_name     = "application"
  engine        = "valkey"
  access_string = "on ~* &* +@all -@admin -@dangerous +info +keys"
  authentication_mode {
    type      = "password"
    passwords = [data.aws_secretsmanager_secret_version.broker.secret_string]
  }
}

resource "aws_elasticache_user_group" "broker" {
  user_group_id = "${var.name}-broker"
  engine        = "valkey"
  user_ids      = [aws_elasticache_user.application.user_id]
}

resource "aws_elasticache_replication_group" "broker" {
  replication_group_id       = "${var.name}-broker"
  description                = "Queues of ${var.name}"
  engine                     = "valkey"
  engine_version             = "8.0"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  at_rest_encryption_enabled = true
  kms_key_id                 = aws_kms_key.data.arn
  user_group_ids             = [aws_elasticache_user_group.broker.user_group_id]
  subnet_group_name          = aws_elasticache_subnet_group.broker.name
  security_group_ids         = [aws_security_group.store["broker"].id]
  snapshot_retention_limit   = 0
}

# OpenSearch: made anew from PostgreSQL at any time
data "aws_iam_policy_document" "index" {
  statement {
    # who may do what inside is for the domain's own users; the network admits ours alone
    actions   = ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut", "es:ESHttpDelete"]
    resources = ["arn:aws:es:${var.region}:${local.account}:domain/${var.name}/*"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

data "aws_secretsmanager_secret_version" "index_master" {
  secret_id = var.secrets["OPENSEARCH_MASTER"]
}

resource "aws_opensearch_domain" "index" {
  domain_name     = var.name
  engine_version  = "OpenSearch_3.3"
  access_policies = data.aws_iam_policy_document.index.json
  cluster_config {
    instance_type            = "r7g.xlarge.search"
    instance_count           = 3
    dedicated_master_enabled = true
    dedicated_master_type    = "m7g.large.search"
    dedicated_master_count   = 3
    zone_awareness_enabled   = true
    zone_awareness_config {
      availability_zone_count = 3
    }
  }
  ebs_options {
    ebs_enabled = true
    volume_type = "gp3"
    volume_size = 200
  }
  encrypt_at_rest {
    enabled    = true
    kms_key_id = aws_kms_key.data.arn
  }
  node_to_node_encryption {
    enabled = true
  }
  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }
  advanced_security_options {
    enabled                        = true
    internal_user_database_enabled = true
    master_user_options {
      master_user_name     = "master"
      master_user_password = data.aws_secretsmanager_secret_version.index_master.secret_string
    }
  }
  vpc_options {
    subnet_ids         = var.private_subnets
    security_group_ids = [aws_security_group.store["index"].id]
  }
}
