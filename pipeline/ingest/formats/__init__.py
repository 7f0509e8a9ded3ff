"""Opening workbooks, whatever their format."""

# How the names of workbooks end; what is in them is told by their bytes.
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
