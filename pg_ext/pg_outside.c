#include "pg_ext.h"
bool
dbcpg_outside(dbc_host *base, const dbc_outside *work, dbc_error *error)
{
	(void) base;
	(void) work;
	(void) error;
	elog(ERROR, "not yet");
}
