"""What a person does, one file per noun: role checked once, change and custody line in one transaction."""
