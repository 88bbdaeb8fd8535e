/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.HeaderPresence;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandler;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the PROXY protocol header that a connection starts with, tells the handlers behind who the
 * client is, and leaves the pipeline.
 *
 * <p><b>By default every peer that can connect must send a header, and is believed.</b> Whoever
 * reaches the port can claim any client address: let only your proxies reach it, or name them with
 * a {@link PolicySelector}.
 *
 * <pre>{@code
 * ServerBootstrap server = new ServerBootstrap();
 * server.childHandler(
 *     new ChannelInitializer<Channel>() {
 *       @Override
 *       protected void initChannel(Channel channel) {
 *         channel.pipeline().addLast(new ProxyHeaderDecoder(), new GreetingHandler());
 *       }
 *     });
 * }</pre>
 *
 * <p>The decoder stands first: in front of {@link io.netty.handler.ssl.SslHandler}, for the header
 * travels outside of TLS. The handlers behind see, in this order,
 *
 * <ol>
 *   <li>a {@link ProxiedAddress} as user event, once on every connection that goes on; from then on
 *       {@link ProxiedAddress#of(Channel)} answers with it,
 *   <li>{@code channelActive}, held back until now (see {@link
 *       ReceiverOptions.Builder#holdActive}),
 *   <li>{@code channelRead} with what came behind the header, in the buffer that it came in.
 * </ol>
 *
 * <p>Until then they see nothing but {@code channelRegistered}, and at most one exception: a
 * connection that ends before its header is complete is neither active nor inactive for them.
 * Nothing is fired from {@code handlerAdded}. The decoder asks for the reads that it needs, so it
 * works without {@code AUTO_READ}; a {@code read()} from behind is remembered, and issued after the
 * header if nothing came with it.
 *
 * <p>A bad or late header is one {@link ProxyHeaderException} through {@code exceptionCaught}, then
 * the channel is closed; bytes that come later are dropped. A peer that closes or resets the
 * connection before its first byte, as health checks do, causes no exception.
 *
 * <p>An instance serves one connection and is used on its event loop only. It keeps the bytes of an
 * incomplete header in a small buffer of its own, at most {@link
 * io.github.proxyheader.protocol.ProxyHeaderReader#maxHeaderSize()} of them; the settings of {@link
 * ByteToMessageDecoder} about its cumulation have no effect.
 */
public final class ProxyHeaderDecoder extends ByteToMessageDecoder
    implements ChannelOutboundHandler {
  private static final System.Logger LOGGER = System.getLogger(ProxyHeaderDecoder.class.getName());

  /** Room for any version 1 line, and for most of version 2. */
  private static final int FIRST_CAPACITY = 128;

  private enum State {
    /** For the header, or for its absence to show. */
    WAITING,
    /** The call-backs run; what comes in meanwhile waits behind the payload. */
    PROCEEDING,
    /** A read of this decoder's own is still out: what it brings waits until somebody asks. */
    GATED,
    /** Everything passes through, should the decoder still be called. */
    GONE,
    /** Refused or abandoned: nothing passes any more. */
    CLOSED
  }

  private final ReceiverOptions options;
  private State state = State.WAITING;
  private @Nullable ProxyHeaderPolicy policy;
  private @Nullable ByteBuf pending;
  private @Nullable Future<?> timer;
  private @Nullable HeldMessages held;
  private boolean begun;
  private boolean activeHeld;
  private boolean ownReadIsOut;
  private boolean readAsked;
  private boolean closeAsked;
  private boolean removed;

  /** Creates a decoder with all defaults of {@link ReceiverOptions}. */
  public ProxyHeaderDecoder() {
    this(ReceiverOptions.standard());
  }

  /** Creates a decoder with options, which all decoders of a server should share. */
  public ProxyHeaderDecoder(ReceiverOptions options) {
    this.options = Objects.requireNonNull(options, "options");
    policy = options.policy();
  }

  /** Returns {@code false}: each connection needs an instance of its own. */
  @Override
  public boolean isSharable() {
    return false;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (!ctx.channel().isActive()) {
      return; // channelActive is still to come
    }
    startTimer(ctx);
    if (policy == null
        || policy == ProxyHeaderPolicy.SKIP
        || policy == ProxyHeaderPolicy.CLOSE
        || !ctx.channel().config().isAutoRead()) {
      // Must begin without a byte; channelActive does not come if the channel was active before.
      ctx.executor().execute(() -> begin(ctx));
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    activeHeld = true;
    if (state == State.GONE) {
      releaseActive(ctx);
      return;
    }
    startTimer(ctx);
    if (begin(ctx) && !options.holdActive()) {
      releaseActive(ctx);
    }
  }

  /** Chooses the policy and does what needs no bytes, once; true if a header may still come. */
  private boolean begin(ChannelHandlerContext ctx) {
    if (begun || state != State.WAITING) {
      return state == State.WAITING;
    }
    begun = true;
    try {
      if (policy == null) {
        policy = Objects.requireNonNull(options.selector().select(ctx.channel()), "policy");
      }
    } catch (Throwable cause) {
      refuse(ctx, new ProxyHeaderException(Reason.UNTRUSTED, "no policy was chosen", cause));
      return false;
    }
    if (state != State.WAITING) {
      return false; // the selector took the decoder out
    }
    if (closeAsked) {
      close(ctx);
    } else if (policy == ProxyHeaderPolicy.CLOSE) {
      state = State.CLOSED;
      clear();
      tellRejected(ctx, new ProxyHeaderException(Reason.UNTRUSTED, "the peer is not trusted"));
      ctx.close();
    } else if (policy == ProxyHeaderPolicy.SKIP) {
      proceed(ctx, null, null);
    } else {
      requestRead(ctx);
    }
    return state == State.WAITING;
  }

  /**
   * Takes the bytes of a header. The base class is not asked to gather them: it would copy the
   * payload behind a fragmented header, keep a whole receive buffer for a slow peer's first byte,
   * and pass on what it has before a held channelActive when the decoder is taken out.
   */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (state == State.WAITING && begin(ctx)) {
      ownReadIsOut = false;
      if (msg instanceof ByteBuf in) {
        receive(ctx, in);
      } else {
        receiveOther(ctx, msg);
      }
    } else if (state == State.PROCEEDING || state == State.GATED) {
      held().add(msg);
    } else if (state == State.CLOSED) {
      ReferenceCountUtil.release(msg);
    } else {
      ctx.fireChannelRead(msg);
    }
  }

  private void receive(ChannelHandlerContext ctx, ByteBuf in) {
    ByteBuf gathered = pending;
    int before = 0;
    if (gathered != null) {
      before = gathered.readableBytes();
      int room = options.reader().maxHeaderSize() - before;
      gathered.writeBytes(in, in.readerIndex(), Math.min(room, in.readableBytes()));
    }
    ByteBuf bytes = gathered == null ? in : gathered;
    if (policy == ProxyHeaderPolicy.REJECT) {
      switch (options.reader().detect(bytes)) {
        case PRESENT -> {
          in.release();
          refuse(ctx, new ProxyHeaderException(Reason.UNEXPECTED, "a header is not allowed here"));
        }
        case ABSENT -> proceedWithout(ctx, before, in);
        case UNDECIDED -> keep(ctx, in);
      }
      return;
    }
    int start = bytes.readerIndex();
    ProxyHeader header;
    try {
      header = options.reader().read(bytes);
    } catch (ProxyHeaderException e) {
      if (e.reason() == Reason.MISSING && policy != ProxyHeaderPolicy.REQUIRE) {
        proceedWithout(ctx, before, in);
      } else {
        in.release();
        refuse(ctx, e);
      }
      return;
    }
    if (header == null) {
      keep(ctx, in);
    } else if (gathered == null) {
      proceed(ctx, header, in);
    } else {
      in.skipBytes(gathered.readerIndex() - start - before);
      clear();
      proceed(ctx, header, in);
    }
  }

  /** A message that is not bytes: no header can be in it. */
  private void receiveOther(ChannelHandlerContext ctx, Object msg) {
    if (policy == ProxyHeaderPolicy.REQUIRE || presence() == HeaderPresence.PRESENT) {
      ReferenceCountUtil.release(msg);
      refuse(ctx, new ProxyHeaderException(Reason.MISSING, "a message that is not bytes"));
    } else {
      held().add(msg);
      proceed(ctx, null, null);
    }
  }

  /** Keeps the start of a header; what is gathered already is in there. */
  private void keep(ChannelHandlerContext ctx, ByteBuf in) {
    if (pending == null && in.isReadable()) {
      int length = in.readableBytes();
      int max = Math.max(length, options.reader().maxHeaderSize());
      pending =
          ctx.alloc().heapBuffer(Math.max(FIRST_CAPACITY, length), Math.max(max, FIRST_CAPACITY));
      pending.writeBytes(in);
    }
    in.release();
  }

  /** There is no header: what was gathered before this buffer came is payload too. */
  private void proceedWithout(ChannelHandlerContext ctx, int gatheredBefore, ByteBuf in) {
    if (pending != null) {
      pending.writerIndex(pending.readerIndex() + gatheredBefore);
    }
    proceed(ctx, null, in);
  }

  /** Goes on with a header or without one: call-backs, then what has come behind it. */
  private void proceed(
      ChannelHandlerContext ctx, @Nullable ProxyHeader header, @Nullable ByteBuf payload) {
    state = State.PROCEEDING;
    stopTimer();
    boolean wasActive = ctx.channel().isActive();
    try {
      ProxyHeader used = policy == ProxyHeaderPolicy.IGNORE ? null : header;
      if (used != null && options.validator() != null) {
        options.validator().validate(ctx.channel(), used);
      }
      if (!isClosed(ctx, wasActive)) {
        announce(ctx, ProxiedAddress.of(ctx.channel(), used), wasActive);
      }
    } catch (ProxyHeaderException e) {
      release(payload);
      refuse(ctx, e);
      return;
    } catch (Throwable cause) {
      release(payload);
      refuse(ctx, new ProxyHeaderException(Reason.VALIDATION, "a call-back failed", cause));
      return;
    }
    if (isClosed(ctx, wasActive)) {
      release(payload);
      close(ctx);
      return;
    }
    deliver(ctx, payload);
  }

  private void announce(ChannelHandlerContext ctx, ProxiedAddress address, boolean wasActive) {
    Channel channel = ctx.channel();
    channel.attr(ProxiedAddress.KEY).set(address);
    try {
      options.listener().proxied(channel, address);
    } catch (Throwable cause) {
      listenerFailed(cause);
    }
    if (isClosed(ctx, wasActive)) {
      return;
    }
    ctx.fireUserEventTriggered(address);
    Function<ProxiedAddress, ChannelHandler> replacement = options.replaceWith();
    if (replacement != null && !isClosed(ctx, wasActive)) {
      ChannelHandler handler = Objects.requireNonNull(replacement.apply(address), "handler");
      if (!isClosed(ctx, wasActive) && !removed) {
        ctx.pipeline().replace(this, null, handler);
      }
    }
    if (!isClosed(ctx, wasActive)) {
      releaseActive(ctx);
    }
    if (held != null && !isClosed(ctx, wasActive)) {
      held.fireEvents(ctx);
    }
  }

  /**
   * Leaves the pipeline, then passes on what was gathered, the payload, and what came meanwhile.
   */
  private void deliver(ChannelHandlerContext ctx, @Nullable ByteBuf payload) {
    ByteBuf gathered = pending;
    pending = null;
    boolean inRead = payload != null;
    if (payload != null && !payload.isReadable()) {
      payload.release();
      payload = null;
    }
    boolean anything = gathered != null || payload != null || (held != null && held.hasMessages());
    boolean answered = readAsked && !anything;
    if (ownReadIsOut && !answered && !removed && !ctx.channel().config().isAutoRead()) {
      state = State.GATED;
      readAsked = false;
    } else {
      if (answered && !ownReadIsOut) {
        ctx.read();
      }
      leave(ctx);
    }
    if (gathered != null) {
      ctx.fireChannelRead(gathered);
    }
    if (payload != null) {
      ctx.fireChannelRead(payload);
    }
    if (state == State.GONE && held != null) {
      held.fireMessages(ctx);
    }
    if (anything && !inRead) {
      ctx.fireChannelReadComplete();
    }
  }

  private void leave(ChannelHandlerContext ctx) {
    state = State.GONE;
    if (!removed) {
      ctx.pipeline().remove(this);
    }
  }

  /** Somebody asked for what this decoder's own read brings, or may have brought already. */
  private void openGate(ChannelHandlerContext ctx) {
    ownReadIsOut = false;
    leave(ctx);
    if (held != null && held.fireMessages(ctx)) {
      ctx.fireChannelReadComplete();
    }
  }

  private void onTimeout(ChannelHandlerContext ctx) {
    timer = null;
    if (state != State.WAITING || !begin(ctx)) {
      return;
    }
    if (policy == ProxyHeaderPolicy.REQUIRE || presence() == HeaderPresence.PRESENT) {
      refuse(ctx, new ProxyHeaderException(Reason.TIMEOUT, "the header is not complete in time"));
    } else {
      proceed(ctx, null, null);
    }
  }

  /** No byte will come any more. */
  private void onEnd(ChannelHandlerContext ctx, boolean halfClosed, @Nullable Throwable cause) {
    if (closeAsked || pending == null && !(halfClosed && policy != ProxyHeaderPolicy.REQUIRE)) {
      abandon(ctx);
    } else if (policy == ProxyHeaderPolicy.REQUIRE || presence() == HeaderPresence.PRESENT) {
      refuse(
          ctx,
          new ProxyHeaderException(Reason.TRUNCATED, "the connection ends in the header", cause));
    } else if (cause != null) {
      abandon(ctx);
    } else {
      proceed(ctx, null, null);
    }
  }

  private HeaderPresence presence() {
    return pending == null ? HeaderPresence.UNDECIDED : options.reader().detect(pending);
  }

  private void refuse(ChannelHandlerContext ctx, ProxyHeaderException cause) {
    state = State.CLOSED;
    clear();
    if (options.replaceWith() == null) {
      ctx.fireExceptionCaught(cause);
    }
    tellRejected(ctx, cause);
    ctx.close();
  }

  private void abandon(ChannelHandlerContext ctx) {
    try {
      options.listener().abandoned(ctx.channel());
    } catch (Throwable cause) {
      listenerFailed(cause);
    }
    close(ctx);
  }

  private void close(ChannelHandlerContext ctx) {
    state = State.CLOSED;
    clear();
    ctx.close();
  }

  private void tellRejected(ChannelHandlerContext ctx, ProxyHeaderException cause) {
    try {
      options.listener().rejected(ctx.channel(), cause);
    } catch (Throwable failure) {
      listenerFailed(failure);
    }
  }

  private static void listenerFailed(Throwable cause) {
    LOGGER.log(System.Logger.Level.WARNING, "A ProxyHeaderListener failed", cause);
  }

  /** Stops the clock and lets go of all bytes and messages. */
  private void clear() {
    stopTimer();
    release(pending);
    pending = null;
    if (held != null) {
      held.release();
    }
  }

  private static void release(@Nullable ByteBuf buffer) {
    if (buffer != null) {
      buffer.release();
    }
  }

  private void startTimer(ChannelHandlerContext ctx) {
    if (timer == null && state == State.WAITING && options.timeoutNanos() > 0) {
      timer =
          ctx.executor()
              .schedule(() -> onTimeout(ctx), options.timeoutNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void requestRead(ChannelHandlerContext ctx) {
    if (!ctx.channel().config().isAutoRead()) {
      ownReadIsOut = true;
      ctx.read();
    }
  }

  private void releaseActive(ChannelHandlerContext ctx) {
    if (activeHeld) {
      activeHeld = false;
      ctx.fireChannelActive();
    }
  }

  /** Whether the channel was closed, or asked to close, since it was known to be active. */
  private boolean isClosed(ChannelHandlerContext ctx, boolean wasActive) {
    return closeAsked || wasActive && !ctx.channel().isActive();
  }

  private HeldMessages held() {
    if (held == null) {
      held = new HeldMessages();
    }
    return held;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (state == State.WAITING) {
      requestRead(ctx);
    } else if (state == State.GONE) {
      ctx.fireChannelReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (holdsBack()) {
      held().writabilityChanged();
    } else if (state != State.CLOSED) {
      ctx.fireChannelWritabilityChanged();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
    if (evt instanceof ChannelInputShutdownEvent) {
      if (state == State.WAITING && begin(ctx)) {
        onEnd(ctx, true, null);
      } else if (state == State.GATED) {
        openGate(ctx);
      }
    }
    if (state == State.CLOSED) {
      ReferenceCountUtil.release(evt);
    } else if (holdsBack()) {
      held().addEvent(evt);
    } else {
      ctx.fireUserEventTriggered(evt);
    }
  }

  /** Whether the handlers behind do not know yet that the channel is active. */
  private boolean holdsBack() {
    return state == State.WAITING && options.holdActive() || state == State.PROCEEDING;
  }

  @Override
  @SuppressWarnings("deprecation") // only in ChannelHandler, not in ChannelInboundHandler
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (state == State.WAITING && cause instanceof IOException) {
      onEnd(ctx, false, cause);
    } else if (state != State.CLOSED) {
      ctx.fireExceptionCaught(cause);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (state == State.WAITING) {
      onEnd(ctx, false, null);
    } else if (state == State.GATED) {
      openGate(ctx);
    }
    if (!activeHeld) {
      ctx.fireChannelInactive();
    }
  }

  /** Taken out by somebody else: what was held back goes on, as with every decoder. */
  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    removed = true;
    if (!ctx.channel().isOpen()) {
      clear();
    } else if (state == State.WAITING) {
      stopTimer();
      state = State.GONE;
      releaseActive(ctx);
      if (held != null) {
        held.fireEvents(ctx);
      }
      deliver(ctx, null);
    } else if (state == State.GATED) {
      openGate(ctx);
    }
  }

  /**
   * Reads a header; the base class would call it for bytes that it gathers, but it gathers none.
   */
  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    ProxyHeader header = options.reader().read(in);
    if (header != null) {
      out.add(header);
    }
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (ctx.channel().config().isAutoRead()) {
      if (state == State.GATED) {
        openGate(ctx);
      }
      ctx.read();
    } else if (state == State.WAITING || state == State.PROCEEDING) {
      readAsked = true;
    } else if (state == State.GATED) {
      openGate(ctx);
    } else {
      ctx.read();
    }
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    closeAsked = true;
    ctx.close(promise);
  }

  @Override
  public void disconnect(ChannelHandlerContext ctx, ChannelPromise promise) {
    closeAsked = true;
    ctx.disconnect(promise);
  }

  @Override
  public void bind(ChannelHandlerContext ctx, SocketAddress localAddress, ChannelPromise promise) {
    ctx.bind(localAddress, promise);
  }

  @Override
  public void connect(
      ChannelHandlerContext ctx,
      SocketAddress remoteAddress,
      SocketAddress localAddress,
      ChannelPromise promise) {
    ctx.connect(remoteAddress, localAddress, promise);
  }

  @Override
  public void deregister(ChannelHandlerContext ctx, ChannelPromise promise) {
    ctx.deregister(promise);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    ctx.write(msg, promise);
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    ctx.flush();
  }
}
