"""HTTP for one account: requests, responses, retries and the log of both. It knows no Pulumi and no resource."""
