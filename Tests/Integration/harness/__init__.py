"""What the live tests of the `rmrun` binary share. RMRUN names the binary, WORKLOADS the directory of the workload programs."""
