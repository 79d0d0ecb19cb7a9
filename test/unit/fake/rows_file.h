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
	"7ND\0013E\000\000\003\033\316\342;\230wb\216=$\013\231\226Z{\003j"
	"\254A\306!\223\366R\302m\2369+\303\364\217{\"format\": 2, \"dbcare\""
	": \"0.1.0\", \"engine\": \"sqlite\", \"made_at\": \"2026-11-25T00:42"
	":21.084Z\", \"whole\": true, \"tables\": [\n{\"name\": \"t\", \"colu"
	"mns\": [[\"a\", \"any\", 0], [\"b\", \"json\", 0], [\"id\", \"intege"
	"r\", 1]], \"rows\": 3, \"digest\": \"1bcee23b9877628e3d240b99965a7b0"
	"36aac41c62193f652c26d9e392bc3f48f\", \"offset\": \"14\", \"length\":"
	" \"39\", \"sha256\": \"b930557bc9be4611c3d7e4136450a23cc3da21d6e8170"
	"3fc474b9563930d370a\", \"in_order\": true, \"parts\": 1, \"parts_len"
	"gth\": \"35\", \"parts_sha256\": \"3409a2f3da2d6b7116f4a5b0b4ae584e6"
	"ce41d52f6016fe98d1d4f912d6e5ad6\"}]}\n\000\000\000\000\000\000\000X"
	"\000\000\000\000\000\000\002\034D\353\034\215\207\245%v\361\007>D"
	"\274o)r\001c\3403\243k\007\034\217l\262Bz\256\226\352dbcare rows end"
	"\n";
/* clang-format on */

#endif /* FAKE_ROWS_FILE_H */
