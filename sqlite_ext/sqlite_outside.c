#include "sqlite_ext.h"
bool
dbcsl_outside(dbc_host *host, const dbc_outside *work, dbc_error *error)
{
	(void) work;
	(void) error;
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL, "not yet");
}
