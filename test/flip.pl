#!/usr/bin/perl
# Changes one byte of a file surely, whatever it was: flip.pl FILE OFFSET
use strict;
use warnings;

my ($file, $at) = @ARGV;
open my $f, '+<:raw', $file or die "$file: $!\n";
seek $f, $at, 0;
read($f, my $byte, 1) == 1 or die "$file has no byte $at\n";
seek $f, $at, 0;
print $f chr(ord($byte) ^ 255);
close $f or die "$file: $!\n";
