/*
 * result.c
 *	  Results of functions on the fake host.
 */
#include "test/unit/fake/host.h"

void
fake_take_result(dbc_host *host, const char *json)
{
	(void) host;
	(void) json;
}
