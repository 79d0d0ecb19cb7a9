/*
 * keyset.c
 *	  A set of keys that fits into a given memory.
 */
#include "keyset.h"
