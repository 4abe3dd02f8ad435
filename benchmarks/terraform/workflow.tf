# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

resource "aws_apigatewayv2_api" "this" {
  name          = var.name
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_vpc_link" "this" {
  name               = var.name
  subnet_ids         = aws_subnet.private[*].id
  security_group_ids = [aws_security_group.this["vpc-link"].id]
}

locals {
  routes = merge([for name, service in var.services : {
    "POST /${name}/process" = { service = name, method = "POST", path = "/process" }
    "GET /${name}/health"   = { service = name, method = "GET", path = "/health" }
  }]...)
}

resource "aws_apigatewayv2_integration" "this" {
  for_each             = local.routes
  api_id               = aws_apigatewayv2_api.this.id
  integration_type     = "HTTP_PROXY"
  integration_method   = each.value.method
  integration_uri      = aws_lb_listener.this[each.value.service].arn
  connection_type      = "VPC_LINK"
  connection_id        = aws_apigatewayv2_vpc_link.this.id
  timeout_milliseconds = 29000
  request_parameters   = { "overwrite:path" = each.value.path }
}

resource "aws_apigatewayv2_route" "this" {
  for_each  = local.routes
  api_id    = aws_apigatewayv2_api.this.id
  route_key = each.key
  target    = "integrations/${aws_apigatewayv2_integration.this[each.key].id}"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.this["api"].arn
    format          = jsonencode({ requestId = "$context.requestId", status = "$context.status" })
  }
  default_route_settings {
    throttling_rate_limit  = 100
    throttling_burst_limit = 200
  }
}

resource "aws_iam_role" "workflow" {
  name               = "${var.name}-workflow"
  assume_role_policy = data.aws_iam_policy_document.assume["states"].json
}

resource "aws_iam_role_policy" "workflow" {
  name = "workflow"
  role = aws_iam_role.workflow.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = [
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
      ]
      Resource = "*"
    }]
  })
}

resource "aws_sfn_state_machine" "this" {
  name       = "${var.name}-workflow"
  role_arn   = aws_iam_role.workflow.arn
  publish    = true
  definition = replace(file(var.definition), "API_HOST", trimprefix(aws_apigatewayv2_api.this.api_endpoint, "https://"))
  logging_configuration {
    log_destination        = "${aws_cloudwatch_log_group.this["workflow"].arn}:*"
    include_execution_data = false
    level                  = "ERROR"
  }
  depends_on = [aws_iam_role_policy.workflow]
}

resource "aws_sfn_alias" "live" {
  name = "live"
  routing_configuration {
    state_machine_version_arn = aws_sfn_state_machine.this.state_machine_version_arn
    weight                    = 100
  }
}

resource "aws_iam_role" "invoker" {
  name               = "${var.name}-invoker"
  assume_role_policy = data.aws_iam_policy_document.assume["lambda"].json
}

resource "aws_iam_role_policy" "invoker" {
  name = "invoker"
  role = aws_iam_role.invoker.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "states:StartExecution", Resource = aws_sfn_state_machine.this.arn },
      { Effect = "Allow", Action = "states:DescribeExecution", Resource = "*" },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.this["invoker"].arn}:*"
      },
    ]
  })
}

resource "aws_lambda_function" "invoker" {
  function_name    = "${var.name}-workflow-invoker"
  role             = aws_iam_role.invoker.arn
  runtime          = "python3.13"
  handler          = "handler.handler"
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  timeout          = 300
  environment {
    variables = { STATE_MACHINE_ARN = aws_sfn_alias.live.arn }
  }
  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.invoker]
}
