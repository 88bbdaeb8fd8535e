/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends a PROXY protocol header as the first thing on an outbound connection, then leaves the
 * pipeline.
 *
 * <pre>{@code
 * Bootstrap client = new Bootstrap();
 * client.handler(
 *     new ChannelInitializer<Channel>() {
 *       @Override
 *       protected void initChannel(Channel outbound) {
 *         ChannelPipeline pipeline = outbound.pipeline();
 *         pipeline.addLast(new HttpProxyHandler(tunnel)); // if there is one
 *         pipeline.addLast(new ProxyHeaderEncoder(ProxyHeaderSource.onBehalfOf(accepted)));
 *         pipeline.addLast(sslContext.newHandler(outbound.alloc())); // if there is TLS
 *         pipeline.addLast(new RelayHandler(accepted));
 *       }
 *     });
 * }</pre>
 *
 * <p>Add the encoder behind Netty's {@code ProxyHandler}, so that the header travels inside the
 * tunnel, and in front of {@link io.netty.handler.ssl.SslHandler}, because the header travels
 * outside of TLS. It must be in the pipeline before the handlers behind it write anything.
 *
 * <p>The header comes first whoever writes first: a write before {@code connect()}, a listener of
 * the connect future, or a handler in {@code channelActive}. It is one buffer, and leaves together
 * with what is written during {@code channelActive}. It is flushed at the end of that in any case,
 * for a server that speaks first. A flush before the channel is connected is put off until then.
 * With {@link ChannelOption#TCP_FASTOPEN_CONNECT} the header is in the SYN if the transport can do
 * that.
 *
 * <p>The connect future completes when the transport has taken the header, as a rule at the end of
 * {@code channelActive}. The encoder has left the pipeline by then. If the source throws, or the
 * header cannot be written, the connect future fails with that cause, the channel is closed, and
 * what was written before the connection fails too. If the source throws at a write before {@code
 * connect()}, that write fails at once, and so does the connect when it comes. On a channel that
 * was connected when the encoder was added, such a cause goes through {@code exceptionCaught}.
 *
 * <p>If the caller's connect promise is cancelled, or somebody else fails it, while the connect is
 * under way or the header is not written yet, the channel is closed. If somebody else completes it
 * with success, the encoder goes on, and a later failure goes through {@code exceptionCaught}.
 * (With an executor of its own, Netty 4.2 hands the encoder another promise, and it learns only of
 * a cancellation.)
 *
 * <p>If the transport does not take the header within {@link SenderOptions.Builder#writeTimeout},
 * counted from the moment that the channel is connected, the connect future fails with a {@link
 * ConnectTimeoutException} and the channel is closed; what is written later fails too.
 *
 * <p>Each connection needs an instance of its own. The encoder may have an executor of its own, but
 * then stays in the pipeline and does nothing more, because messages on their way to that executor
 * would be overtaken if it left.
 */
public final class ProxyHeaderEncoder extends ChannelDuplexHandler {
  /** What has become of the connection. */
  private enum Connection {
    /** No connect was asked for, or it has failed and may be tried again. */
    NONE,
    /** A connect is under way. */
    CONNECTING,
    /** The channel is connected. */
    CONNECTED
  }

  private static final AttributeKey<ProxyHeader> SENT_HEADER =
      AttributeKey.valueOf(ProxyHeaderEncoder.class, "SENT_HEADER");

  private final SenderOptions options;
  private EncoderState state = EncoderState.NEW;
  private Connection connection = Connection.NONE;

  /** The cause of {@link EncoderState#FAILED}. */
  private @Nullable Throwable failure;

  /** The address that the caller connects to. */
  private @Nullable SocketAddress target;

  /** The caller's promise; the transport is given another one in its place. */
  private @Nullable ChannelPromise connectPromise;

  /** Whether something was flushed before the channel was connected. */
  private boolean flushPending;

  /** Ends the wait for a header that the transport does not take. */
  private @Nullable Future<?> timer;

  /** Creates a handler that sends this header. */
  public ProxyHeaderEncoder(ProxyHeader header) {
    this(ProxyHeaderSource.of(header));
  }

  /** Creates a handler that sends what the source says. */
  public ProxyHeaderEncoder(ProxyHeaderSource source) {
    this(SenderOptions.of(source));
  }

  /** Creates a handler with these options. */
  public ProxyHeaderEncoder(SenderOptions options) {
    this.options = Objects.requireNonNull(options, "options");
  }

  /**
   * Returns the header that an encoder has written to a channel, or {@code null} if it has written
   * none. A child channel, such as a stream of HTTP/2, asks its parent. The channel keeps the
   * header, vectors included, as an attribute until it ends.
   *
   * <p>To the target, all that is ever sent over the connection comes from that header's client: a
   * pool must not give the channel to another one (rule R9). Callable from any thread at any time.
   */
  public static @Nullable ProxyHeader sentHeader(Channel channel) {
    Objects.requireNonNull(channel, "channel");
    for (Channel at = channel; at != null; at = at.parent()) {
      if (at.hasAttr(SENT_HEADER)) {
        return at.attr(SENT_HEADER).get();
      }
    }
    return null;
  }

  /** Returns {@code false}: each connection needs an instance of its own. */
  @Override
  public boolean isSharable() {
    return false;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      target = ctx.channel().remoteAddress();
      onConnectedWithoutEvent(ctx);
    }
  }

  @Override
  public void connect(
      ChannelHandlerContext ctx,
      SocketAddress remoteAddress,
      @Nullable SocketAddress localAddress,
      ChannelPromise promise) {
    if (failure != null) {
      promise.tryFailure(failure);
      ctx.close();
    } else if (connection != Connection.NONE) {
      ctx.connect(remoteAddress, localAddress, promise); // the transport refuses a second one
    } else if (promise.isDone() && !promise.isSuccess()) {
      ctx.close(); // it was cancelled on its way to the event loop
    } else {
      connection = Connection.CONNECTING;
      connectPromise = promise;
      target = remoteAddress;
      if (Boolean.TRUE.equals(
          ctx.channel().config().getOption(ChannelOption.TCP_FASTOPEN_CONNECT))) {
        writeHeader(ctx);
      }
      if (state != EncoderState.FAILED) {
        connectTransport(ctx, remoteAddress, localAddress, promise);
      }
    }
  }

  /**
   * Connects with another promise than the caller's. The caller's listeners may write, so they must
   * not run before the header is on its way, but on most transports the promise completes before
   * {@code channelActive}. The transport's own listeners must run on the event loop, whatever
   * executor this handler has.
   */
  private void connectTransport(
      ChannelHandlerContext ctx,
      SocketAddress remoteAddress,
      @Nullable SocketAddress localAddress,
      ChannelPromise promise) {
    ChannelPromise inner = ctx.channel().newPromise();
    inner.addListener(future -> onExecutor(ctx, () -> onConnectCompleted(ctx, promise, future)));
    promise.addListener(future -> onExecutor(ctx, () -> onPromiseCompleted(ctx, promise, inner)));
    ctx.connect(remoteAddress, localAddress, inner);
  }

  private static void onExecutor(ChannelHandlerContext ctx, Runnable task) {
    if (ctx.executor().inEventLoop()) {
      task.run();
    } else {
      ctx.executor().execute(task);
    }
  }

  private void onConnectCompleted(
      ChannelHandlerContext ctx, ChannelPromise promise, Future<?> inner) {
    if (inner.isSuccess()) {
      onConnectedWithoutEvent(ctx);
      return;
    }
    connection = Connection.NONE; // some transports allow another attempt
    connectPromise = null;
    promise.tryFailure(inner.cause());
    if (state != EncoderState.NEW) {
      ctx.close(); // not all transports close, and what is written would wait for ever
    }
  }

  /** Ends the connection if the caller, or anybody else, has ended the promise without success. */
  private void onPromiseCompleted(
      ChannelHandlerContext ctx, ChannelPromise promise, ChannelPromise inner) {
    if (connectPromise == promise && state != EncoderState.FAILED && !promise.isSuccess()) {
      inner.cancel(false);
      ctx.close(); // not all transports close a channel whose connect is cancelled
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    onConnected(ctx);
    ctx.fireChannelActive();
    // Only now, so that what the handlers behind have written leaves together with the header.
    flushPending = false;
    ctx.flush();
    leaveIfDone(ctx);
    startTimer(ctx);
  }

  /**
   * Notes that the channel is connected where {@code channelActive} may be past, or still to come.
   * What is flushed in {@code channelActive} is flushed from a task here.
   */
  private void onConnectedWithoutEvent(ChannelHandlerContext ctx) {
    onConnected(ctx);
    if (flushPending || state == EncoderState.QUEUED) {
      ctx.executor()
          .execute(
              () -> {
                flushIfPending(ctx);
                startTimer(ctx);
              });
    }
    leaveIfDone(ctx);
  }

  private void onConnected(ChannelHandlerContext ctx) {
    boolean first = connection != Connection.CONNECTED;
    connection = Connection.CONNECTED;
    if (failure == null) {
      writeHeader(ctx);
    } else if (first) {
      fail(ctx, failure); // the failure of a write before the connect was kept until now
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    Throwable refusal;
    if (state == EncoderState.ASKING) {
      refusal = new IllegalStateException("the source of the header wrote to the channel");
    } else {
      writeHeader(ctx);
      refusal = failure;
    }
    if (refusal == null) {
      ctx.write(msg, promise);
    } else {
      ReferenceCountUtil.release(msg);
      promise.tryFailure(refusal);
    }
  }

  private void writeHeader(ChannelHandlerContext ctx) {
    if (state != EncoderState.NEW) {
      return;
    }
    state = EncoderState.ASKING;
    ByteBuf bytes;
    try {
      ProxyHeader header = options.source().headerFor(ctx.channel(), target);
      if (header == null) {
        state = EncoderState.SENT;
        return;
      }
      bytes = ctx.alloc().ioBuffer(ProxyHeaderWriter.length(header));
      ProxyHeaderWriter.write(header, bytes);
      ctx.channel().attr(SENT_HEADER).set(header);
    } catch (Throwable cause) {
      fail(ctx, cause);
      return;
    }
    state = EncoderState.QUEUED;
    flushPending = true;
    ctx.write(bytes).addListener(future -> onHeaderWritten(ctx, future));
  }

  private void onHeaderWritten(ChannelHandlerContext ctx, Future<?> write) {
    if (state != EncoderState.QUEUED) {
      return;
    }
    Throwable cause = write.cause();
    if (cause == null) {
      state = EncoderState.SENT;
      leaveIfDone(ctx);
    } else if (cause instanceof ClosedChannelException && connection == Connection.CONNECTING) {
      state =
          EncoderState.FAILED; // the connect has failed, and is about to complete with the cause
      failure = cause;
    } else {
      fail(ctx, cause);
    }
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      flushPending = false;
      ctx.flush();
    } else {
      flushPending = true; // a flush before the channel is connected fails all that is written
    }
  }

  private void flushIfPending(ChannelHandlerContext ctx) {
    if (flushPending) {
      flushPending = false;
      ctx.flush();
    }
  }

  /** Starts the time-out after a flush; the transport has taken the header by then as a rule. */
  private void startTimer(ChannelHandlerContext ctx) {
    if (state != EncoderState.QUEUED || timer != null) {
      return;
    }
    long nanos = options.writeTimeoutNanos(ctx.channel().config());
    if (nanos > 0) {
      timer = ctx.executor().schedule(() -> onTimeout(ctx, nanos), nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void onTimeout(ChannelHandlerContext ctx, long nanos) {
    if (state == EncoderState.QUEUED) {
      long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
      String message = "the PROXY header was not written within " + millis + " ms: ";
      fail(ctx, new ConnectTimeoutException(message + ctx.channel().remoteAddress()));
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /**
   * Delays a close while a failure is waiting for its connect. A handler that hears of the failed
   * write closes the channel, as {@code SslHandler} does with fast open, and a connect that is
   * already on its way to this handler should still complete with the cause.
   */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (failure != null && connection == Connection.NONE) {
      ctx.executor().execute(() -> ctx.close(promise));
    } else {
      ctx.close(promise);
    }
  }

  /**
   * Sends no header if it was not due yet, and passes on a flush that was put off. A connect that
   * is under way still completes as it would have.
   */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (state == EncoderState.NEW) {
      state = EncoderState.SENT;
    }
    if (state == EncoderState.FAILED) {
      ctx.close();
    } else if (state == EncoderState.QUEUED
        && connection == Connection.CONNECTED
        && !ctx.channel().isOpen()) {
      fail(ctx, new ClosedChannelException()); // a handler may hold the header and never tell
    } else if (connectPromise == null) {
      stopTimer();
      flushIfPending(ctx);
    }
  }

  /**
   * Leaves the pipeline once the channel is connected and the header sent; fast open sends first.
   */
  private void leaveIfDone(ChannelHandlerContext ctx) {
    if (state != EncoderState.SENT || connection != Connection.CONNECTED) {
      return;
    }
    state = EncoderState.GONE;
    stopTimer();
    if (!ctx.isRemoved() && ctx.executor() == ctx.channel().eventLoop()) {
      try {
        ctx.pipeline().remove(this);
      } catch (NoSuchElementException e) {
        // Another thread has just taken it out.
      }
    }
    if (connectPromise != null) {
      connectPromise.trySuccess();
    }
  }

  private void fail(ChannelHandlerContext ctx, Throwable cause) {
    state = EncoderState.FAILED;
    failure = cause;
    stopTimer();
    boolean told = connectPromise != null && connectPromise.tryFailure(cause);
    if (!told && connection == Connection.NONE) {
      return; // the connect that is still to come completes with the cause
    }
    boolean canBeTold = connectPromise == null || connectPromise.isSuccess();
    if (!told && canBeTold && !(cause instanceof ClosedChannelException)) {
      ctx.fireExceptionCaught(cause);
    }
    ctx.close();
  }
}
