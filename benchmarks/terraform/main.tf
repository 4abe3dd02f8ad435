# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

# The resources that site.yml makes for the inventory that the benchmark writes, in Terraform's terms.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "endpoint" {
  type = string
}

variable "secret_key" {
  type      = string
  sensitive = true
}

variable "name" {
  type = string
}

# Service -> port of its listener and a value of its environment.
variable "services" {
  type = map(object({ port = number, release = string }))
}

variable "steady" {
  type        = bool
  description = "Whether apply waits until the services run; site.yml always does."
}

variable "package" {
  type = string
}

variable "definition" {
  type        = string
  description = "File with the definition that site.yml deploys."
}

locals {
  tags = {
    "orchestra:project"     = "benchmark"
    "orchestra:environment" = "terraform"
  }
  account = "123456789012"
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = var.secret_key
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  max_retries                 = 1
  default_tags {
    tags = local.tags
  }
  endpoints {
    apigatewayv2   = var.endpoint
    ec2            = var.endpoint
    ecs            = var.endpoint
    elbv2          = var.endpoint
    iam            = var.endpoint
    lambda         = var.endpoint
    logs           = var.endpoint
    secretsmanager = var.endpoint
    sfn            = var.endpoint
    ssm            = var.endpoint
    sts            = var.endpoint
  }
}

resource "aws_ssm_parameter" "registry" {
  for_each = { username = "demo", password = "only-for-the-embedded-aws" }
  name     = "/${var.name}/registry/${each.key}"
  type     = "SecureString"
  value    = each.value
}

resource "aws_secretsmanager_secret" "registry" {
  name                    = "${var.name}/registry"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "registry" {
  secret_id     = aws_secretsmanager_secret.registry.id
  secret_string = jsonencode({ username = "demo", password = "only-for-the-embedded-aws" })
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = {
    services = "/ecs/${var.name}"
    api      = "/aws/apigateway/${var.name}"
    workflow = "/aws/vendedlogs/states/${var.name}-workflow"
    invoker  = "/aws/lambda/${var.name}-workflow-invoker"
  }
  name              = each.value
  retention_in_days = 7
}

data "aws_iam_policy_document" "assume" {
  for_each = toset(["ecs-tasks", "lambda", "states"])
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["${each.key}.amazonaws.com"]
    }
  }
}
