variable "name" {
  description = "Begins the name of everything."
  type        = string
  default     = "wmp-search"
}

variable "region" {
  description = "Where all data stays: London."
  type        = string
  default     = "eu-west-2"
}

variable "vpc_id" {
  description = "The force's own network."
  type        = string
}

variable "private_subnets" {
  description = "Subnets in three availability zones without a way in from the internet."
  type        = list(string)
}

variable "officer_networks" {
  description = "Networks from which officers reach the page; there is no public address."
  type        = list(string)
}

variable "host" {
  description = "The name officers type, e.g. search.force.example."
  type        = string
}

variable "certificate_arn" {
  description = "The certificate of that name in ACM."
  type        = string
}

variable "image" {
  description = "The image of ../Dockerfile by digest: registry/wmp-search@sha256:..."
  type        = string
  validation {
    condition     = strcontains(var.image, "@sha256:")
    error_message = "Name the image by its digest, so that what was tested is what runs."
  }
}

variable "web_tasks" {
  description = "Web processes; two survive the loss of a zone."
  type        = number
  default     = 3
}

variable "secrets" {
  description = "Name of an environment variable to the ARN of its secret (aws.md lists them)."
  type        = map(string)
}

variable "checkpoint_days" {
  description = "For how long nobody, the root account included, can delete an audit checkpoint."
  type        = number
  default     = 2562
}
