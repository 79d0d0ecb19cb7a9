/*
 * asserts.h
 *	  Assertions that hold in tests alone: the bindings turn them on where the
 *	  environment variable DBCARE_ASSERT is set.  What users get does not depend
 *	  on it.
 */
#ifndef DBC_CORE_ASSERTS_H
#define DBC_CORE_ASSERTS_H

#include "common/core/host.h"

/* Called with each JSON result before it is returned; NULL: none is looked at.
 * See dbc_assert_result(). */
typedef void (*dbc_result_assertion)(dbc_host *host, const char *json);
extern _Atomic dbc_result_assertion dbc_result_asserted;

#endif /* DBC_CORE_ASSERTS_H */
