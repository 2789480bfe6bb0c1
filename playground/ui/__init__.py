"""What a person sees and touches: pages, widgets made of records, charts, and the stage."""
