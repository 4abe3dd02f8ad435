# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

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

resource "aws_apigatewayv2_api" "this" {
  name          = var.name
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_vpc_link" "this" {
  name               = var.name
  subnet_ids         = aws_subnet.private[*].id
  security_group_ids = [aws_security_group.vpc_link.id]
}

resource "aws_apigatewayv2_integration" "this" {
  for_each           = toset(var.services)
  api_id             = aws_apigatewayv2_api.this.id
  integration_type   = "HTTP_PROXY"
  integration_method = "ANY"
  integration_uri    = aws_lb_listener.http.arn
  connection_type    = "VPC_LINK"
  connection_id      = aws_apigatewayv2_vpc_link.this.id
}

resource "aws_apigatewayv2_route" "this" {
  for_each  = toset(var.services)
  api_id    = aws_apigatewayv2_api.this.id
  route_key = "ANY /${each.key}/{proxy+}"
  target    = "integrations/${aws_apigatewayv2_integration.this[each.key].id}"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true
}

resource "aws_iam_role" "workflow" {
  name               = "${var.name}-workflow"
  assume_role_policy = data.aws_iam_policy_document.assume["states"].json
}

resource "aws_iam_role_policy" "workflow" {
  name = "call"
  role = aws_iam_role.workflow.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "execute-api:Invoke", Resource = "*" }]
  })
}

resource "aws_sfn_state_machine" "this" {
  name     = "${var.name}-workflow"
  role_arn = aws_iam_role.workflow.arn
  definition = jsonencode({
    StartAt = "Begin"
    States = {
      Begin = { Type = "Pass", Parameters = { "start.$" = "$$.State.EnteredTime" }, Next = "Done" }
      Done  = { Type = "Succeed" }
    }
  })
}

resource "aws_iam_role" "invoker" {
  name               = "${var.name}-invoker"
  assume_role_policy = data.aws_iam_policy_document.assume["lambda"].json
}

resource "aws_iam_role_policy" "invoker" {
  name = "start"
  role = aws_iam_role.invoker.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "states:StartExecution", Resource = "*" }]
  })
}

resource "aws_lambda_function" "invoker" {
  function_name    = "${var.name}-workflow-invoker"
  role             = aws_iam_role.invoker.arn
  runtime          = "nodejs20.x"
  handler          = "index.handler"
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  timeout          = 30
  environment {
    variables = { STATE_MACHINE_ARN = aws_sfn_state_machine.this.arn }
  }
  depends_on = [aws_cloudwatch_log_group.this]
}
