# WMP Search on managed services of AWS: docs in ../aws.md. Never applied yet; the suite parses it and
# checks its references, TLS and rights (tests/servers/test_aws.py).
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
  # the state holds two passwords (broker, master of the index): only the pipeline may read it
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { system = var.name }
  }
}

data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
}
