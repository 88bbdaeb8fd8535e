/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An allocator that counts, and after each test the assertion that all of it was released: exact,
 * where Netty's own leak detector depends on the garbage collector.
 */
public final class LeakCheck implements AfterEachCallback {
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);

  public ByteBufAllocator allocator() {
    return allocator;
  }

  /** Returns a buffer of one kind, whose readable bytes are those given. */
  public ByteBuf buffer(BufferKind kind, byte[] bytes) {
    return kind.of(allocator, bytes);
  }

  /** Returns how many bytes are in use. */
  public long used() {
    return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
  }

  public void assertNothingLeaked() {
    assertThat(allocator.metric().usedHeapMemory()).as("bytes leaked on the heap").isZero();
    assertThat(allocator.metric().usedDirectMemory()).as("bytes leaked off the heap").isZero();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    assertNothingLeaked();
  }
}
