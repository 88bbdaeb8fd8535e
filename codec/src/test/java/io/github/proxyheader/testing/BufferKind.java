/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;

/**
 * The kinds of buffer that a transport or another handler may come with. Where there is room around
 * the readable bytes it holds bytes that would complete or spoil a header if they were read.
 */
public enum BufferKind {
  HEAP {
    @Override
    public ByteBuf of(ByteBufAllocator allocator, byte[] bytes) {
      return allocator.heapBuffer(bytes.length).writeBytes(bytes);
    }
  },
  HEAP_AMID_JUNK {
    @Override
    public ByteBuf of(ByteBufAllocator allocator, byte[] bytes) {
      return amidJunk(allocator.heapBuffer(JUNK.length * 2 + bytes.length), bytes);
    }
  },
  HEAP_SLICE {
    @Override
    public ByteBuf of(ByteBufAllocator allocator, byte[] bytes) {
      return amidJunk(allocator.heapBuffer(JUNK.length * 2 + bytes.length), bytes).slice();
    }
  },
  DIRECT {
    @Override
    public ByteBuf of(ByteBufAllocator allocator, byte[] bytes) {
      return allocator.directBuffer(bytes.length).writeBytes(bytes);
    }
  },
  DIRECT_AMID_JUNK {
    @Override
    public ByteBuf of(ByteBufAllocator allocator, byte[] bytes) {
      return amidJunk(allocator.directBuffer(JUNK.length * 2 + bytes.length), bytes);
    }
  },
  DIRECT_SLICE {
    @Override
    public ByteBuf of(ByteBufAllocator allocator, byte[] bytes) {
      return amidJunk(allocator.directBuffer(JUNK.length * 2 + bytes.length), bytes).slice();
    }
  },
  COMPOSITE {
    @Override
    public ByteBuf of(ByteBufAllocator allocator, byte[] bytes) {
      return composite(allocator, bytes, 7);
    }
  },
  COMPOSITE_OF_SINGLE_BYTES {
    @Override
    public ByteBuf of(ByteBufAllocator allocator, byte[] bytes) {
      return composite(allocator, bytes, 1);
    }
  },
  COMPOSITE_AMID_JUNK {
    @Override
    public ByteBuf of(ByteBufAllocator allocator, byte[] bytes) {
      CompositeByteBuf all = allocator.compositeBuffer(Integer.MAX_VALUE);
      all.addComponent(true, allocator.heapBuffer().writeBytes(JUNK));
      all.addComponents(true, composite(allocator, bytes, 11));
      all.addComponent(true, allocator.directBuffer().writeBytes(JUNK));
      return all.setIndex(JUNK.length, JUNK.length + bytes.length);
    }
  },
  READ_ONLY {
    @Override
    public ByteBuf of(ByteBufAllocator allocator, byte[] bytes) {
      return HEAP_AMID_JUNK.of(allocator, bytes).asReadOnly();
    }
  },
  READ_ONLY_DIRECT {
    @Override
    public ByteBuf of(ByteBufAllocator allocator, byte[] bytes) {
      return DIRECT_AMID_JUNK.of(allocator, bytes).asReadOnly();
    }
  };

  /** Ends in what a version 1 line lacks, starts with what a version 2 header starts with. */
  private static final byte[] JUNK = Bytes.hex("0d0a0d0a000d0a515549540a2111000c01003120310d0a");

  /** Returns a buffer that the caller must release. */
  public abstract ByteBuf of(ByteBufAllocator allocator, byte[] bytes);

  private static ByteBuf amidJunk(ByteBuf buffer, byte[] bytes) {
    buffer.writeBytes(JUNK).writeBytes(bytes).writeBytes(JUNK);
    return buffer.setIndex(JUNK.length, JUNK.length + bytes.length);
  }

  /** Components of odd sizes, every other one direct, and an empty one here and there. */
  private static CompositeByteBuf composite(ByteBufAllocator allocator, byte[] bytes, int size) {
    CompositeByteBuf all = allocator.compositeBuffer(Integer.MAX_VALUE);
    int at = 0;
    for (int i = 0; at < bytes.length; i++) {
      int length = Math.min(bytes.length - at, size == 1 ? 1 : 1 + (i * 5 + 2) % size);
      ByteBuf part = i % 2 == 0 ? allocator.heapBuffer(length) : allocator.directBuffer(length);
      all.addComponent(true, part.writeBytes(bytes, at, length));
      if (i % 4 == 3) {
        all.addComponent(true, allocator.heapBuffer(1));
      }
      at += length;
    }
    return all;
  }
}
