"""What travels between a terminal and the platform, as types. The written contract is contracts/openapi.yaml."""
