"""What runs inside a Pulumi program. It never loads requests before something is asked of the platform."""
