/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.handler.Admission.Verdict;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
 * connection before its first byte, as health checks do, causes no exception. While the header is
 * pending, a close by this side is an end like the peer's.
 *
 * <p>User events of the handlers in front that come while the header is pending follow behind
 * {@code channelActive}, 16 of them at most.
 *
 * <p>Behind another decoder it reads a second header, as a chain of proxies may send: what the
 * handlers behind are told is then what this one says alone.
 *
 * <p>An instance serves one connection. It belongs on the event loop; with an executor of its own
 * it stays in the pipeline and does nothing more, for messages on their way to that executor would
 * be overtaken. Take it out early only on the event loop: what it holds then goes on in order. It
 * keeps the bytes of an incomplete header in a small buffer of its own, at most {@link
 * io.github.proxyheader.protocol.ProxyHeaderReader#maxHeaderSize()} of them; the settings of {@link
 * ByteToMessageDecoder} about its cumulation have no effect.
 */
public final class ProxyHeaderDecoder extends DuplexDecoder {
  private static final System.Logger LOGGER = System.getLogger(ProxyHeaderDecoder.class.getName());

  private enum State {
    /** For the header, or for its absence to show. */
    WAITING,
    /** The selector runs; what comes in meanwhile is looked at when it has chosen. */
    SELECTING,
    /** The call-backs run; what comes in meanwhile waits behind the payload. */
    PROCEEDING,
    /** Everything passes through, should the decoder still be called. */
    GONE,
    /** This side closes while the header is pending: nothing is read any more, the end is near. */
    CLOSING,
    /** Refused, abandoned or closed by this side: nothing passes any more. */
    CLOSED
  }

  private final ReceiverOptions options;
  private final Admission admission;
  private final Reads reads = new Reads();
  private State state = State.WAITING;
  private @Nullable Future<?> timer;
  private @Nullable HeldMessages held;
  private boolean started;
  private boolean begun;
  private boolean activeHeld;
  private boolean wasActive;
  private boolean removed;
  private boolean told;

  /** Creates a decoder with all defaults of {@link ReceiverOptions}. */
  public ProxyHeaderDecoder() {
    this(ReceiverOptions.standard());
  }

  /** Creates a decoder with options, which all decoders of a server should share. */
  public ProxyHeaderDecoder(ReceiverOptions options) {
    this.options = Objects.requireNonNull(options, "options");
    admission = new Admission(options);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (!ctx.channel().isActive()) {
      return; // channelActive is still to come
    }
    start(ctx);
    ProxyHeaderPolicy policy = admission.policy();
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
    if (state == State.GONE) {
      ctx.fireChannelActive(); // on an executor of its own, SKIP's event may have come before
      return;
    }
    activeHeld = true;
    start(ctx);
    if (begin(ctx) && !options.holdActive()) {
      releaseActive(ctx);
    }
  }

  /** The channel is active. */
  private void start(ChannelHandlerContext ctx) {
    if (started) {
      return;
    }
    started = true;
    // The channel remembers its addresses once it was asked; NIO's sockets forget them when closed.
    ctx.channel().remoteAddress();
    ctx.channel().localAddress();
    if (options.timeoutNanos() > 0) {
      timer =
          ctx.executor()
              .schedule(() -> onTimeout(ctx), options.timeoutNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Chooses the policy and does what needs no bytes, once; true if a header may still come. */
  private boolean begin(ChannelHandlerContext ctx) {
    if (begun || state != State.WAITING) {
      return state == State.WAITING;
    }
    begun = true;
    if (admission.policy() == null) {
      choosePolicy(ctx);
    }
    ProxyHeaderPolicy policy = admission.policy();
    if (state != State.WAITING) {
      return false; // the selector failed, closed the channel, or took the decoder out
    }
    report(ctx, admission.reportOnPeer());
    if (policy == ProxyHeaderPolicy.CLOSE) {
      refuseQuietly(ctx);
    } else if (policy == ProxyHeaderPolicy.SKIP) {
      proceed(ctx);
    } else {
      Object msg;
      while (state == State.WAITING && held != null && (msg = held.pollMessage()) != null) {
        receive(ctx, msg);
      }
      if (state == State.WAITING && !reads.isUnderWay()) {
        reads.request(ctx);
      }
    }
    return state == State.WAITING;
  }

  private void choosePolicy(ChannelHandlerContext ctx) {
    state = State.SELECTING;
    wasActive = ctx.channel().isActive();
    try {
      admission.policy(Objects.requireNonNull(options.selector().select(ctx.channel()), "policy"));
    } catch (Throwable cause) {
      refuse(ctx, new ProxyHeaderException(Reason.UNTRUSTED, "no policy was chosen", cause));
    }
    if (state == State.SELECTING) {
      if (isClosed(ctx)) {
        abandon(ctx);
      } else {
        state = State.WAITING;
        if (removed) {
          passOn(ctx);
        }
      }
    }
  }

  /**
   * Takes the bytes of a header. The base class is not asked to gather them: it would copy the
   * payload behind a fragmented header, keep a whole receive buffer for a slow peer's first byte,
   * and pass on what it has before a held channelActive when the decoder is taken out.
   */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    reads.onMessage();
    switch (state) {
      case WAITING -> {
        if (admission.policy() == null) {
          held().addMessage(msg); // in front of what the selector may feed
          begin(ctx);
        } else if (begin(ctx)) {
          receive(ctx, msg);
        } else {
          channelRead(ctx, msg);
        }
      }
      case SELECTING, PROCEEDING -> held().addMessage(msg);
      case CLOSING, CLOSED -> ReferenceCountUtil.release(msg);
      case GONE -> ctx.fireChannelRead(msg);
    }
  }

  private void receive(ChannelHandlerContext ctx, Object msg) {
    if (msg instanceof ByteBuf in) {
      Verdict verdict;
      try {
        verdict = admission.onBytes(in, ctx.alloc());
      } catch (Throwable cause) {
        fail(ctx, cause);
        return;
      }
      decide(ctx, verdict);
    } else {
      held().addMessage(msg);
      decide(ctx, admission.onOtherMessage());
    }
  }

  private void decide(ChannelHandlerContext ctx, Verdict verdict) {
    switch (verdict) {
      case WAIT -> {}
      case GO_ON -> proceed(ctx);
      case REFUSE -> refuse(ctx, admission.refusal());
      case ABANDON -> abandon(ctx);
    }
  }

  /** Goes on with a header or without one: call-backs, then what has come behind it. */
  private void proceed(ChannelHandlerContext ctx) {
    state = State.PROCEEDING;
    stopTimer();
    Channel channel = ctx.channel();
    wasActive = channel.isActive();
    ProxyHeader header = admission.header();
    ProxiedAddress address;
    ChannelHandler replacement = null;
    try {
      report(ctx, admission.reportOnHeader());
      if (header != null && options.validator() != null) {
        validate(ctx, options.validator(), header);
      }
      address = ProxiedAddress.of(channel, header);
      if (!isClosed(ctx)) {
        channel.attr(ProxiedAddress.KEY).set(address);
        if (options.replaceWith() != null) {
          replacement = Objects.requireNonNull(options.replaceWith().apply(address), "handler");
        }
      }
    } catch (ProxyHeaderException e) {
      refuse(ctx, e);
      return;
    } catch (Throwable cause) {
      refuse(ctx, failed(cause));
      return;
    }
    if (!isClosed(ctx)) {
      if (tellsNow()) {
        options.listener().proxied(channel, address);
      }
    }
    if (!isClosed(ctx)) {
      ctx.fireUserEventTriggered(address);
    }
    if (!isClosed(ctx) && replacement != null && !removed) {
      add(ctx, replacement);
    }
    handOver(ctx);
  }

  private void validate(ChannelHandlerContext ctx, HeaderValidator validator, ProxyHeader header) {
    try {
      validator.validate(ctx.channel(), header);
    } catch (RuntimeException | Error cause) {
      if (!options.reportOnly()) {
        throw cause;
      }
      report(ctx, cause instanceof ProxyHeaderException refusal ? refusal : failed(cause));
    }
  }

  private void report(ChannelHandlerContext ctx, @Nullable ProxyHeaderException cause) {
    if (cause != null) {
      options.listener().reported(ctx.channel(), cause);
    }
  }

  private static ProxyHeaderException failed(Throwable cause) {
    return new ProxyHeaderException(Reason.VALIDATION, "a call-back failed", cause);
  }

  /**
   * Adds the handler that takes this one's place. The decoder stays until it leaves anyway, so that
   * it learns if the new handler closes the channel.
   */
  private void add(ChannelHandlerContext ctx, ChannelHandler replacement) {
    try {
      ctx.pipeline().addAfter(ctx.name(), null, replacement);
    } catch (RuntimeException cause) {
      replacementFailed(ctx, cause);
    }
  }

  private void replacementFailed(ChannelHandlerContext ctx, Throwable cause) {
    LOGGER.log(System.Logger.Level.WARNING, "The handler of replaceWith was not added", cause);
    abandon(ctx);
  }

  /** The handlers behind may see everything from now on. */
  private void handOver(ChannelHandlerContext ctx) {
    if (!isClosed(ctx)) {
      releaseActive(ctx);
    }
    if (!isClosed(ctx) && held != null) {
      held.fireEvents(ctx);
    }
    if (isClosed(ctx)) {
      abandon(ctx);
    } else {
      deliver(ctx);
    }
  }

  /** Leaves, and passes on what was gathered, the payload, and what came meanwhile. */
  private void deliver(ChannelHandlerContext ctx) {
    ByteBuf first = admission.takeStart();
    ByteBuf second = admission.takeRest();
    boolean anything = first != null || second != null || held != null && held.hasMessages();
    if (anything) {
      reads.answer();
    }
    boolean stays = reads.isOneUnasked(ctx) && !removed;
    if (!stays) {
      leave(ctx);
    }
    if (first != null) {
      ctx.fireChannelRead(first);
    }
    if (second != null) {
      ctx.fireChannelRead(second);
    }
    if (held != null) {
      held.fireAll(ctx);
    }
    if (anything && !reads.isUnderWay()) {
      ctx.fireChannelReadComplete();
    }
    if (!stays) {
      reads.forward(ctx);
    } else if (state == State.PROCEEDING) {
      leave(ctx);
      if (held != null) {
        held.fireAll(ctx);
      }
    }
  }

  /** Leaves the pipeline, a gate in its place if one is needed. */
  private void leave(ChannelHandlerContext ctx) {
    state = State.GONE;
    if (removed || ctx.executor() != ctx.channel().eventLoop()) {
      return; // messages on their way to an executor of its own would be overtaken
    }
    try {
      if (reads.isOneUnasked(ctx)) {
        ctx.pipeline().replace(this, null, new ReadGate());
      } else {
        ctx.pipeline().remove(this);
      }
    } catch (NoSuchElementException e) {
      LOGGER.log(System.Logger.Level.TRACE, "Another thread took the decoder out", e);
    }
  }

  private void onTimeout(ChannelHandlerContext ctx) {
    if (!ctx.executor().inEventLoop()) {
      ctx.executor().execute(() -> onTimeout(ctx)); // the channel has moved to another one
      return;
    }
    timer = null;
    if (state == State.WAITING && begin(ctx)) {
      decide(ctx, admission.onTimeout());
    }
  }

  private void refuse(ChannelHandlerContext ctx, ProxyHeaderException cause) {
    if (state != State.CLOSED) {
      clear();
      if (options.replaceWith() == null) {
        ctx.fireExceptionCaught(cause);
      }
      if (tellsNow()) {
        options.listener().rejected(ctx.channel(), cause);
      }
      ctx.close();
    }
  }

  private void refuseQuietly(ChannelHandlerContext ctx) {
    clear();
    if (tellsNow()) {
      options.listener().rejected(ctx.channel(), Admission.untrusted());
    }
    ctx.close();
  }

  /** There is no memory, or somebody has released a buffer: bytes are lost, so nothing goes on. */
  private void fail(ChannelHandlerContext ctx, Throwable cause) {
    clear();
    ctx.fireExceptionCaught(cause);
    tellAbandoned(ctx);
    ctx.close();
  }

  private void abandon(ChannelHandlerContext ctx) {
    if (state != State.CLOSED) {
      clear();
      tellAbandoned(ctx);
      ctx.close();
    }
  }

  private void tellAbandoned(ChannelHandlerContext ctx) {
    if (tellsNow()) {
      options.listener().abandoned(ctx.channel());
    }
  }

  /** Whether the listener is yet to be told how the header went: it is told once. */
  private boolean tellsNow() {
    boolean first = !told;
    told = true;
    return first;
  }

  /** Nothing passes from now on: stops the clock and lets go of all bytes and messages. */
  private void clear() {
    state = State.CLOSED;
    stopTimer();
    admission.release();
    if (held != null) {
      held.release();
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void releaseActive(ChannelHandlerContext ctx) {
    if (activeHeld) {
      activeHeld = false;
      ctx.fireChannelActive();
    }
  }

  /** Whether a call-back closed the channel. */
  private boolean isClosed(ChannelHandlerContext ctx) {
    return state == State.CLOSED || wasActive && !ctx.channel().isActive();
  }

  private HeldMessages held() {
    if (held == null) {
      held = new HeldMessages();
    }
    return held;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reads.onComplete();
    if (state == State.GONE) {
      ctx.fireChannelReadComplete();
    } else if (state == State.WAITING && begun) {
      reads.request(ctx);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (holdsBack()) {
      held().writabilityChanged();
    } else if (!isClosing()) {
      ctx.fireChannelWritabilityChanged();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
    if (state == State.WAITING && evt instanceof ChannelInputShutdownEvent && begin(ctx)) {
      reads.onEnd();
      decide(ctx, admission.onHalfClose());
    }
    if (isClosing()) {
      ReferenceCountUtil.release(evt);
    } else if (evt instanceof ProxiedAddress && isPending()) {
      return; // of a decoder in front: this one's comes in its place
    } else if (state == State.PROCEEDING) {
      held().addLateEvent(evt);
    } else if (holdsBack()) {
      held().addEvent(evt);
    } else {
      ctx.fireUserEventTriggered(evt);
    }
  }

  /** Whether the handlers behind must see nothing yet. */
  private boolean holdsBack() {
    return state == State.PROCEEDING || isPending() && options.holdActive();
  }

  /** Whether nothing passes any more. */
  private boolean isClosing() {
    return state == State.CLOSING || state == State.CLOSED;
  }

  private boolean isPending() {
    return state == State.WAITING || state == State.SELECTING;
  }

  @Override
  @SuppressWarnings("deprecation") // only in ChannelHandler, not in ChannelInboundHandler
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (state == State.WAITING && cause instanceof IOException) {
      decide(ctx, admission.onEnd(cause));
    } else if (state == State.PROCEEDING && options.replaceWith() != null) {
      replacementFailed(ctx, cause);
    } else if (!isClosing()) {
      ctx.fireExceptionCaught(cause);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (state == State.CLOSING) {
      state = State.WAITING;
    }
    if (state == State.WAITING) {
      reads.onEnd();
      decide(ctx, admission.onEnd(null));
    }
    if (!activeHeld) {
      ctx.fireChannelInactive();
    }
  }

  /** Taken out by somebody else: what was held back goes on, as with every decoder. */
  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    removed = true;
    if (state == State.WAITING) {
      passOn(ctx);
    } else if (state == State.CLOSING) {
      clear();
    }
  }

  private void passOn(ChannelHandlerContext ctx) {
    told = true; // nobody knows how it goes on
    if (ctx.channel().isOpen()) {
      state = State.PROCEEDING;
      stopTimer();
      wasActive = ctx.channel().isActive();
      handOver(ctx);
    } else {
      clear();
    }
  }

  /** Reads a header; the base class calls it for the bytes that it gathers, which are none. */
  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    ProxyHeader header = options.reader().read(in);
    if (header != null) {
      out.add(header);
    }
  }

  /** Remembers a read from behind; while the header is pending, the decoder reads for itself. */
  @Override
  public void read(ChannelHandlerContext ctx) {
    if (ctx.channel().config().isAutoRead()) {
      reads.handOver();
      ctx.read();
    } else if (state == State.GONE || isClosing()) {
      ctx.read();
    } else if (reads.remember() && state == State.WAITING && begun) {
      reads.request(ctx);
    }
  }

  /** While the header is pending, an end is an end, whoever closes; later this side has decided. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (started && state == State.WAITING) {
      state = State.CLOSING;
      stopTimer();
    } else if (started && (state == State.SELECTING || state == State.PROCEEDING)) {
      clear();
      tellAbandoned(ctx);
    }
    ctx.close(promise);
  }
}
