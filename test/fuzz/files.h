/*
 * files.h
 *	  Fuzz targets that are files.
 */
#ifndef DBC_FUZZ_FILES_H
#define DBC_FUZZ_FILES_H

#include <stddef.h>
#include <stdint.h>

/* Where the files are: a directory of backups with one that is called "b". */
extern const char *fuzz_directory(void);

/* The path of a file there, until the next call. */
extern const char *fuzz_path(const char *name);
extern void fuzz_write_file(const char *name, const void *bytes, size_t length);
extern void fuzz_remove_file(const char *name);

/* Make that backup of an input: its manifest without the seal, the result of
 * its last verification, a stream of pages as it is, or the chunks of one,
 * whose tags are made right. */
extern void fuzz_backup_manifest(const uint8_t *data, size_t size);
extern void fuzz_backup_verified(const uint8_t *data, size_t size);
extern void fuzz_backup_stream(const uint8_t *data, size_t size);
extern void fuzz_backup_chunks(const uint8_t *data, size_t size);

/* Make the file "rows" of an input: its index, after rows of a table t, or the
 * rows of that table, with an index that is made right. */
extern void fuzz_sync_index(const uint8_t *data, size_t size);
extern void fuzz_sync_parts(const uint8_t *data, size_t size);
extern void fuzz_sync_rows(const uint8_t *data, size_t size);

#endif /* DBC_FUZZ_FILES_H */
