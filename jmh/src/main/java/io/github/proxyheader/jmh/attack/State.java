/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh.attack;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A server at one moment.
 *
 * @param heap the bytes that are in use after a garbage collection
 * @param shortest the shortest life of a connection that was timed out, in ns
 * @param longest the longest
 */
record State(
    int open,
    long heap,
    long proxied,
    long timedOut,
    long tooLong,
    long others,
    long shortest,
    long longest) {

  static State parse(String line) {
    long[] fields = Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
    return new State(
        (int) fields[0],
        fields[1],
        fields[2],
        fields[3],
        fields[4],
        fields[5],
        fields[6],
        fields[7]);
  }

  /** Of two servers together. */
  State plus(State other) {
    return new State(
        open + other.open,
        heap + other.heap,
        proxied + other.proxied,
        timedOut + other.timedOut,
        tooLong + other.tooLong,
        others + other.others,
        Math.min(shortest, other.shortest),
        Math.max(longest, other.longest));
  }

  @Override
  public String toString() {
    return LongStream.of(open, heap, proxied, timedOut, tooLong, others, shortest, longest)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(" "));
  }
}
