-- columns: secure_delete
-- What is deleted from now on is overwritten.
pragma main.secure_delete = on
