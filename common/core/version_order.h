/*
 * version_order.h
 *	  Comparing the versions of migrations.
 */
#ifndef DBC_CORE_VERSION_ORDER_H
#define DBC_CORE_VERSION_ORDER_H

#include <stdbool.h>

/*
 * Compares naturally: runs of digits by value, everything else by bytes, so
 * that 2 comes before 10 and 1.9 before 1.10.  Two runs of fourteen or more
 * digits are timestamps and are compared from the left, so that one with a
 * fraction (diesel's 20260626100902 0000) falls where it belongs.  Versions
 * that differ in leading zeros only are ordered by bytes, never equal.
 */
extern int dbc_version_compare(const char *left, const char *right);

/* Whether two versions differ in leading zeros at most. */
extern bool dbc_version_same_number(const char *left, const char *right);

#endif /* DBC_CORE_VERSION_ORDER_H */
