"""The frozen dataclasses that steps take and give. They know no storage and do nothing but hold."""
