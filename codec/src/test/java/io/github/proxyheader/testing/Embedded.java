/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.handler.ProxyHeaderDecoder;
import io.github.proxyheader.handler.ReceiverOptions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A connection without a socket, as a server sees an accepted one: already active when its pipeline
 * is set up, {@code channelActive} still to come. Its clock stands still. After each test it is
 * closed, and must have left no buffer and no task behind.
 */
public final class Embedded implements AfterEachCallback {
  public final LeakCheck leaks = new LeakCheck();
  public final Recorder behind = new Recorder();
  public final Front front = new Front();
  public final Told told = new Told();
  public final EmbeddedChannel channel = new EmbeddedChannel(false, false);

  public Embedded() {
    channel.config().setAllocator(leaks.allocator());
  }

  public Embedded autoRead(boolean autoRead) {
    channel.config().setAutoRead(autoRead);
    return this;
  }

  /** Sets up the pipeline and makes the channel active. */
  public ProxyHeaderDecoder accept(ReceiverOptions.Builder options) {
    ProxyHeaderDecoder decoder = decoder(options);
    accept(front, decoder, behind);
    return decoder;
  }

  public ProxyHeaderDecoder accept() {
    return accept(ReceiverOptions.builder());
  }

  public ProxyHeaderDecoder decoder(ReceiverOptions.Builder options) {
    return new ProxyHeaderDecoder(options.listener(told).build());
  }

  public void accept(ChannelHandler... handlers) {
    channel
        .pipeline()
        .addLast(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel ch) {
                ch.pipeline().addLast(handlers);
              }
            });
    try {
      channel.register();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    channel.freezeTime();
    channel.runPendingTasks();
  }

  /** One read of the transport: one message, then its end. */
  public ByteBuf receive(byte[] bytes) {
    ByteBuf buffer = leaks.buffer(BufferKind.DIRECT_AMID_JUNK, bytes);
    receive(buffer);
    return buffer;
  }

  public ByteBuf receive(String text) {
    return receive(Bytes.text(text));
  }

  public void receive(Object message) {
    channel.pipeline().fireChannelRead(message).fireChannelReadComplete();
    channel.runPendingTasks();
  }

  public void receiveSplit(byte[] bytes, int size) {
    for (int at = 0; at < bytes.length; at += size) {
      receive(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
    }
  }

  public void halfClose() {
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    channel.runPendingTasks();
  }

  /** The peer closes: nothing goes through the pipeline from behind. */
  public void peerCloses() {
    if (channel.isRegistered()) {
      channel.pipeline().firstContext().close();
      channel.runPendingTasks();
    }
  }

  public void advance(Duration time) {
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  /** Whether a task waits for its time. */
  public boolean hasTimer() {
    return channel.runScheduledPendingTasks() >= 0;
  }

  public List<String> seen() {
    return behind.seen();
  }

  public boolean hasDecoder() {
    return channel.pipeline().get(ProxyHeaderDecoder.class) != null;
  }

  public void assertSeen(String... entries) {
    assertThat(behind.seen()).containsExactly(entries);
  }

  public void assertTold(String... entries) {
    assertThat(told.all()).containsExactly(entries);
  }

  public void assertOpen() {
    assertThat(channel.isOpen()).as("open").isTrue();
  }

  public void assertClosed() {
    assertThat(channel.isOpen()).as("open").isFalse();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    finish();
  }

  /** Closes the connection and asserts what holds for all of them. */
  public void finish() {
    if (channel.isRegistered()) {
      channel.close();
      channel.runPendingTasks();
    }
    channel.releaseInbound();
    channel.releaseOutbound();
    assertThat(seen()).filteredOn(entry -> entry.equals("active")).hasSizeLessThan(2);
    assertThat(seen()).filteredOn(entry -> entry.equals("address")).hasSizeLessThan(2);
    assertThat(told.all()).as("outcomes").hasSizeLessThan(2);
    leaks.assertNothingLeaked();
  }
}
