"""What the helper's process does for a kernel; see `api.helper`."""
