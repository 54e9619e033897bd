print("rmrun")
