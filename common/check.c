/*
 * check.c
 *	  What the functions of dbcheck share.
 */
#include "check.h"

const char *const dbc_kind_names[DBC_NKINDS + 1] = {
	"primary_key", "unique", "exclusion", "foreign_key", "not_null",
	"check",	   "type",	 "rule",	  NULL};
