/*
 * tools.c
 *	  The tools of tools.def.
 */
#include "common/adopt/adopt.h"

/* clang-format off */
#define DBC_ADOPT_TOOL(tool, its_table, its_naming, its_mirror, ...) \
	{.name = tool, .table = its_table, .naming = DBC_N_##its_naming, \
	 .mirrored = DBC_MIRROR_##its_mirror, __VA_ARGS__},
/* clang-format on */

const dbc_adopt_tool dbc_adopt_tools[] = {
#include "common/adopt/tools.def"
};

const int dbc_adopt_ntools =
	(int) (sizeof(dbc_adopt_tools) / sizeof(dbc_adopt_tools[0]));

#undef DBC_ADOPT_TOOL
#define DBC_ADOPT_TOOL(tool, ...) tool,
const char *const dbc_adopt_tool_names[] = {
#include "common/adopt/tools.def"
	NULL};
