# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

# A stack of the kind that is taken over: one load balancer with a rule for each service, a proxy route for each
# service, JSONPath, a Node.js function, one pair of parameters with the registry's credentials.
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
  type = string
}

variable "name" {
  type = string
}

variable "services" {
  type = list(string)
}

variable "package" {
  type = string
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = var.secret_key
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  max_retries                 = 1
  endpoints {
    apigatewayv2 = var.endpoint
    ec2          = var.endpoint
    ecs          = var.endpoint
    elbv2        = var.endpoint
    iam          = var.endpoint
    lambda       = var.endpoint
    logs         = var.endpoint
    sfn          = var.endpoint
    ssm          = var.endpoint
    sts          = var.endpoint
  }
}

resource "aws_ssm_parameter" "registry" {
  for_each = { username = "someone", password = "from-terraform-only" }
  name     = "/${var.name}/registry/${each.key}"
  type     = "SecureString"
  value    = each.value
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = toset([
    "/ecs/${var.name}",
    "/aws/apigateway/${var.name}",
    "/aws/vendedlogs/states/${var.name}-workflow",
    "/aws/lambda/${var.name}-workflow-invoker",
  ])
  name              = each.key
  retention_in_days = 30
}
