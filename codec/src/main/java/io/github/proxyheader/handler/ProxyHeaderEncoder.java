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
 * <p>It stands behind Netty's {@code ProxyHandler}, so that the header travels inside the tunnel,
 * and in front of {@link io.netty.handler.ssl.SslHandler}, for the header travels outside of TLS.
 * It must be in the pipeline before anything is written by the handlers behind it.
 *
 * <p>The header is first whoever writes first: a write before {@code connect()}, a listener of the
 * connect future, a handler in {@code channelActive}. It is one buffer, and leaves together with
 * what is written during {@code channelActive}; at the end of that it is flushed in any case, for a
 * server that speaks first. A flush before the connection stands is put off until it does. With
 * {@link ChannelOption#TCP_FASTOPEN_CONNECT} the header is in the SYN if the transport can do that.
 *
 * <p>The connect future completes when the transport has taken the header, as a rule at the end of
 * {@code channelActive}; the handler is gone by then. It fails, and the channel is closed, with the
 * cause of a source that throws, or of a header that cannot be written; what was written before the
 * connection then fails too; a source that throws at such a write fails it at once, and the connect
 * when it comes. Cancelling it cancels the connect. Where no connect is under way, because the
 * handler was added to a connection that stood already, such a cause goes through {@code
 * exceptionCaught}.
 *
 * <p>If the transport does not take the header within {@link SenderOptions.Builder#writeTimeout},
 * counted from the moment that the connection stands, the connect future fails with a {@link
 * ConnectTimeoutException} and the channel is closed; what is written later fails too.
 *
 * <p>An instance serves one connection. It may have an executor of its own, but then stays in the
 * pipeline and does nothing more: messages on their way to that executor would be overtaken.
 */
public final class ProxyHeaderEncoder extends ChannelDuplexHandler {
  private enum State {
    /** The header is not due yet. */
    IDLE,
    /** The source is asked. */
    ASKING,
    /** The header was written. */
    QUEUED,
    /** The transport took it, or there is none. */
    SENT,
    /** The handler has nothing more to do. */
    DONE,
    /**
     * There will be no header, and so nothing else: the channel is closed, at the latest by
     * connect.
     */
    FAILED
  }

  private static final AttributeKey<ProxyHeader> SENT_HEADER =
      AttributeKey.valueOf(ProxyHeaderEncoder.class, "SENT_HEADER");

  private final SenderOptions options;
  private State state = State.IDLE;
  private @Nullable Throwable failure;

  /** The caller's; the transport is given another in its place. */
  private @Nullable ChannelPromise connectPromise;

  private boolean connected;
  private boolean flushPending;
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
      connected(ctx); // channelActive may have been already
    }
  }

  /**
   * Taken out before the header was due, the handler sends none; a flush that it has put off goes
   * on as it would have without it. A connect that is under way still ends as it would have.
   */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (state == State.IDLE) {
      state = State.SENT;
    }
    if (state == State.FAILED) {
      ctx.close();
    } else if (state == State.QUEUED && connected && !ctx.channel().isOpen()) {
      fail(ctx, new ClosedChannelException()); // who holds the header may never say so
    } else if (connectPromise == null) {
      stopTimer();
      flushIfPending(ctx);
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
      return;
    }
    if (connected || connectPromise != null) {
      ctx.connect(
          remoteAddress, localAddress, promise); // a second one is the transport's to refuse
      return;
    }
    connectPromise = promise;
    if (Boolean.TRUE.equals(ctx.channel().config().getOption(ChannelOption.TCP_FASTOPEN_CONNECT))) {
      writeHeader(ctx);
      if (state == State.FAILED) {
        return;
      }
    }
    // The caller's listeners may write: they must not run before the header is on its way, and on
    // most transports the promise completes before channelActive.
    // The transport's own listeners must run on the event loop, whatever executor this handler has.
    ChannelPromise inner = ctx.channel().newPromise();
    inner.addListener(future -> onExecutor(ctx, () -> connectDone(ctx, promise, future)));
    promise.addListener(
        future -> {
          if (future.isCancelled() && !inner.cancel(false)) {
            ctx.close(); // connected, but the header is stuck
          }
        });
    ctx.connect(remoteAddress, localAddress, inner);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    stands(ctx);
    ctx.fireChannelActive();
    // Only now: what the handlers behind have written leaves together with the header.
    flushPending = false;
    ctx.flush();
    leaveIfDone(ctx);
    startTimer(ctx);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    Throwable refusal = null;
    if (state == State.ASKING) {
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

  @Override
  public void flush(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      flushPending = false;
      ctx.flush();
    } else {
      flushPending = true; // before the connection stands it would fail all that is written
    }
  }

  /**
   * Who hears of a failed write closes, as {@code SslHandler} does with fast open; a connect that
   * is already on its way to this handler still learns the cause.
   */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (failure != null && !connected && connectPromise == null) {
      ctx.executor().execute(() -> ctx.close(promise));
    } else {
      ctx.close(promise);
    }
  }

  private static void onExecutor(ChannelHandlerContext ctx, Runnable task) {
    if (ctx.executor().inEventLoop()) {
      task.run();
    } else {
      ctx.executor().execute(task);
    }
  }

  private void connectDone(ChannelHandlerContext ctx, ChannelPromise promise, Future<?> inner) {
    if (!inner.isSuccess()) {
      connectPromise = null; // some transports allow another attempt
      promise.tryFailure(inner.cause());
      if (state != State.IDLE) {
        ctx.close(); // not all transports do, and what is written would wait for ever
      }
    } else {
      connected(ctx);
    }
  }

  /** The connection stands, and channelActive may follow or not. */
  private void connected(ChannelHandlerContext ctx) {
    stands(ctx);
    if (flushPending || state == State.QUEUED) {
      ctx.executor()
          .execute(
              () -> {
                flushIfPending(ctx);
                startTimer(ctx);
              });
    }
    leaveIfDone(ctx);
  }

  private void stands(ChannelHandlerContext ctx) {
    boolean first = !connected;
    connected = true;
    if (failure == null) {
      writeHeader(ctx);
    } else if (first) {
      fail(ctx, failure); // it was put off until here
    }
  }

  private void writeHeader(ChannelHandlerContext ctx) {
    if (state != State.IDLE) {
      return;
    }
    state = State.ASKING;
    ByteBuf bytes;
    try {
      ProxyHeader header = options.source().headerFor(ctx.channel());
      if (header == null) {
        state = State.SENT;
        return;
      }
      bytes = ctx.alloc().ioBuffer(ProxyHeaderWriter.length(header));
      ProxyHeaderWriter.write(header, bytes);
      ctx.channel().attr(SENT_HEADER).set(header);
    } catch (Throwable cause) {
      fail(ctx, cause);
      return;
    }
    state = State.QUEUED;
    flushPending = true;
    ctx.write(bytes).addListener(future -> headerWritten(ctx, future));
  }

  private void headerWritten(ChannelHandlerContext ctx, Future<?> write) {
    if (state != State.QUEUED) {
      return;
    }
    if (write.isSuccess()) {
      state = State.SENT;
      leaveIfDone(ctx);
      return;
    }
    Throwable cause = write.cause();
    if (cause instanceof ClosedChannelException && connectPromise != null && !connected) {
      state = State.FAILED; // the connect has failed: its promise is about to say why
      failure = cause;
    } else {
      fail(ctx, cause);
    }
  }

  private void flushIfPending(ChannelHandlerContext ctx) {
    if (flushPending) {
      flushPending = false;
      ctx.flush();
    }
  }

  /** Called when the header was flushed: as a rule the transport has taken it by then. */
  private void startTimer(ChannelHandlerContext ctx) {
    if (state != State.QUEUED || timer != null) {
      return;
    }
    long nanos = options.writeTimeoutNanos(ctx.channel().config());
    if (nanos > 0) {
      timer = ctx.executor().schedule(() -> timedOut(ctx, nanos), nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void timedOut(ChannelHandlerContext ctx, long nanos) {
    if (state == State.QUEUED) {
      String message = "the PROXY header was not written within ";
      long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
      fail(
          ctx,
          new ConnectTimeoutException(message + millis + " ms: " + ctx.channel().remoteAddress()));
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void leaveIfDone(ChannelHandlerContext ctx) {
    if (state != State.SENT || !connected) {
      return; // with fast open the header is sent before the connection stands
    }
    state = State.DONE;
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
    state = State.FAILED;
    failure = cause;
    stopTimer();
    if (connectPromise != null) {
      connectPromise.tryFailure(cause);
    } else if (!connected) {
      return; // a connect() is still to be told, and finds no handler in a channel that is closed
    } else if (!(cause instanceof ClosedChannelException)) {
      ctx.fireExceptionCaught(cause);
    }
    ctx.close();
  }
}
