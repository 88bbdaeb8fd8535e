/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An embedded channel that is not connected before the test says so. */
final class ClientChannel extends EmbeddedChannel {
  /** What tells first that the connection stands. */
  enum Order {
    PROMISE_THEN_ACTIVE,
    ACTIVE_THEN_PROMISE,
    PROMISE_ONLY
  }

  static final ProxyHeader HEADER =
      ProxyHeader.of(
          new InetSocketAddress("192.0.2.1", 56324), new InetSocketAddress("192.0.2.2", 443));

  /** Stands for {@link #HEADER} in what is seen. */
  static final String WIRE = "<header>";

  private final ByteBufAllocator allocator;
  final List<String> writes = new ArrayList<>();
  int flushes;
  @Nullable ChannelPromise connecting;

  /** Whether the transport takes nothing, as if the peer read nothing. */
  boolean full;

  private boolean active;
  private @Nullable ChannelConfig fastOpen;

  ClientChannel(ByteBufAllocator allocator) {
    this.allocator = allocator;
    config().setAllocator(allocator);
    pipeline()
        .addFirst(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void connect(
                  ChannelHandlerContext ctx,
                  SocketAddress remote,
                  SocketAddress local,
                  ChannelPromise promise) {
                connecting = promise;
              }

              @Override
              public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                writes.add(text(msg));
                ctx.write(msg, promise);
              }

              @Override
              public void flush(ChannelHandlerContext ctx) {
                flushes++;
                ctx.flush();
              }
            });
  }

  static ChannelInboundHandlerAdapter onActive(Consumer<ChannelHandlerContext> action) {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelActive(ChannelHandlerContext ctx) {
        action.accept(ctx);
        ctx.fireChannelActive();
      }
    };
  }

  ByteBuf data(String text) {
    return allocator.buffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  void activate() {
    active = true;
  }

  void useFastOpen() {
    fastOpen =
        new DefaultChannelConfig(this) {
          @Override
          @SuppressWarnings("unchecked")
          public <T> T getOption(ChannelOption<T> option) {
            return ChannelOption.TCP_FASTOPEN_CONNECT.equals(option)
                ? (T) (Object) true
                : super.getOption(option);
          }
        };
    fastOpen.setAllocator(allocator);
  }

  void connected(Order order) {
    ChannelPromise promise = connecting();
    eventLoop()
        .execute(
            () -> {
              activate();
              if (order == Order.ACTIVE_THEN_PROMISE) {
                pipeline().fireChannelActive();
              }
              promise.trySuccess();
              if (order == Order.PROMISE_THEN_ACTIVE) {
                pipeline().fireChannelActive();
              }
            });
    runPendingTasks();
  }

  ChannelPromise connecting() {
    assertThat(connecting).isNotNull();
    return connecting;
  }

  /** What has left, the header by a name. */
  List<String> wire() {
    List<String> texts = new ArrayList<>();
    outboundMessages().forEach(msg -> texts.add(text(msg)));
    return texts;
  }

  private String text(Object msg) {
    if (!(msg instanceof ByteBuf bytes)) {
      return (String) msg;
    }
    byte[] header = ProxyHeaderWriter.toBytes(HEADER);
    return Arrays.equals(ByteBufUtil.getBytes(bytes), header)
        ? WIRE
        : bytes.toString(StandardCharsets.US_ASCII);
  }

  @Override
  public ChannelConfig config() {
    return fastOpen == null ? super.config() : fastOpen;
  }

  @Override
  public boolean isActive() {
    return active && super.isActive();
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer buffer) throws Exception {
    if (!full) {
      super.doWrite(buffer);
    }
  }

  /** The transport takes what it has and what comes. */
  void becomeWritable() {
    full = false;
    unsafe().flush();
    runPendingTasks();
  }

  void advance(Duration time) {
    advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    runScheduledPendingTasks();
    runPendingTasks();
  }

  /** Whether a task waits for its time. */
  boolean hasTimer() {
    return runScheduledPendingTasks() >= 0;
  }

  @Override
  protected void doClose() throws Exception {
    super.doClose();
    if (connecting != null) {
      connecting.tryFailure(new ClosedChannelException());
    }
  }

  /** Holds all writes, as a handler does that has a tunnel to build first. */
  static final class Holder extends ChannelOutboundHandlerAdapter {
    private final List<Object> messages = new ArrayList<>();
    private final List<ChannelPromise> promises = new ArrayList<>();
    private @Nullable ChannelHandlerContext ctx;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      this.ctx = ctx;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
      messages.add(msg);
      promises.add(promise);
    }

    void release() {
      for (int i = 0; i < messages.size(); i++) {
        ctx.write(messages.get(i), promises.get(i));
      }
      ctx.flush();
    }

    void succeed() {
      messages.forEach(ReferenceCountUtil::release);
      promises.forEach(ChannelPromise::setSuccess);
    }

    void fail(Throwable cause) {
      messages.forEach(ReferenceCountUtil::release);
      promises.forEach(promise -> promise.setFailure(cause));
    }
  }
}
