/*
 * rows_file.h
 *	  A file of dbsync_export(): table t (id integer primary key, a number, b
 *	  json) with rows (1, 1.5, {"b":[100]}), (2, null, x) and (3, 7, null).
 */
#ifndef FAKE_ROWS_FILE_H
#define FAKE_ROWS_FILE_H

/* clang-format off */
static const char fake_rows_file[] =
	"dbcare rows 1\nRD\0031.5T\013{\"b\":[100]}D\0011RNT\001xD\0012RD\001"
	"7ND\0013E{\"format\": 1, \"dbcare\": \"0.1.0\", \"engine\": \"sqlite"
	"\", \"made_at\": \"2026-11-23T22:50:42.785Z\", \"whole\": true, \"ta"
	"bles\": [\n{\"name\": \"t\", \"columns\": [[\"a\", \"any\", 0], [\"b"
	"\", \"json\", 0], [\"id\", \"integer\", 1]], \"rows\": 3, \"digest\""
	": \"1bcee23b9877628e3d240b99965a7b036aac41c62193f652c26d9e392bc3f48f"
	"\", \"offset\": \"14\", \"length\": \"39\", \"sha256\": \"b930557bc9"
	"be4611c3d7e4136450a23cc3da21d6e81703fc474b9563930d370a\", \"divided_"
	"by\": \"range\", \"parts\": [[\"9223372036854775807\", \"0\", 3, \"1"
	"bcee23b9877628e3d240b99965a7b036aac41c62193f652c26d9e392bc3f48f\"]]}"
	"]}\n\000\000\000\000\000\000\0005\000\000\000\000\000\000\002\033"
	"\350\256\264K\355\334p<\376\322\353v\2568+\266\022[8\236\2355Xb\030"
	"\250[j\000\n\015\201dbcare rows end\n";
/* clang-format on */

#endif /* FAKE_ROWS_FILE_H */
