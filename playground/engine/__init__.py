"""The machine: graphs of operations, the planner that lays them out in one memory, and what runs them."""
