"""Every setting of the service: names, values, presets."""
