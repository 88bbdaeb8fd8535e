/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.handler.Admission.Verdict;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.util.NoSuchElementException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a decoder from one state to the next: it starts, chooses the policy, reads the
 * header, goes on, and leaves, or it ends the connection. The subclass calls them when events come.
 *
 * <p>The steps look at the state again after each call of the application, which may close the
 * channel, take the decoder out, or cause further messages.
 */
abstract class AbstractProxyHeaderDecoder extends DuplexDecoder {
  private static final InternalLogger LOGGER =
      InternalLoggerFactory.getInstance(ProxyHeaderDecoder.class);

  final Admission admission;
  final Reads reads = new Reads();
  DecoderState state = DecoderState.NEW;
  Activity activity = Activity.UNKNOWN;
  private @Nullable Future<?> timer;
  private @Nullable HeldMessages held;

  /** Whether the channel was inactive already when the decoder started or decided. */
  boolean ended;

  AbstractProxyHeaderDecoder(ReceiverOptions options) {
    admission = new Admission(options);
  }

  final ReceiverOptions options() {
    return admission.options();
  }

  /** Starts on a channel that is active already, where {@code channelActive} may never come. */
  final void startLate(ChannelHandlerContext ctx) {
    start(ctx);
    ProxyHeaderPolicy policy = admission.policy();
    if (policy == null
        || policy == ProxyHeaderPolicy.SKIP
        || policy == ProxyHeaderPolicy.CLOSE
        || !ctx.channel().config().isAutoRead()) {
      executeBegin(ctx); // no byte may come that would make it begin
    }
  }

  final void start(ChannelHandlerContext ctx) {
    state = DecoderState.STARTED;
    ended = !ctx.channel().isActive();
    // A channel remembers addresses that it was asked for; sockets of NIO forget them when closed.
    ProxiedNioSocketChannel.realRemoteAddress(ctx.channel());
    ProxiedNioSocketChannel.realLocalAddress(ctx.channel());
    if (options().timeoutNanos() > 0) {
      timer =
          ctx.executor()
              .schedule(() -> onTimeout(ctx), options().timeoutNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void executeBegin(ChannelHandlerContext ctx) {
    ctx.executor()
        .execute(
            () -> {
              if (ctx.executor().inEventLoop()) {
                begin(ctx);
              } else {
                executeBegin(ctx); // the channel has moved to another event loop
              }
            });
  }

  /** Returns whether the header is pending after the policy was chosen, if it was not before. */
  final boolean begin(ChannelHandlerContext ctx) {
    if (state != DecoderState.STARTED) {
      return state == DecoderState.WAITING;
    }
    state = DecoderState.SELECTING;
    try {
      if (admission.policy() == null) {
        admission.choose(options().select(ctx.channel()));
      }
      report(ctx, admission.reportOnPeer());
    } catch (ProxyHeaderException e) {
      refuse(ctx, e);
    }
    if (state != DecoderState.SELECTING) {
      return false;
    }
    if (isClosed(ctx)) {
      abandon(ctx);
    } else if (ctx.isRemoved()) {
      passOn(ctx);
    } else {
      state = DecoderState.WAITING;
      followPolicy(ctx);
    }
    return state == DecoderState.WAITING;
  }

  private void followPolicy(ChannelHandlerContext ctx) {
    ProxyHeaderPolicy policy = admission.policy();
    if (policy == ProxyHeaderPolicy.CLOSE) {
      refuseQuietly(ctx);
    } else if (policy == ProxyHeaderPolicy.SKIP) {
      proceed(ctx);
    } else {
      Object msg;
      while (state == DecoderState.WAITING && held != null && (msg = held.pollMessage()) != null) {
        receive(ctx, msg);
      }
      keepReading(ctx);
    }
  }

  /** Issues a read while the header is pending, if nothing else will bring bytes. */
  final void keepReading(ChannelHandlerContext ctx) {
    if (state == DecoderState.WAITING || state == DecoderState.STARTED && reads.isOwed()) {
      reads.ensure(ctx);
    }
  }

  final void receive(ChannelHandlerContext ctx, Object msg) {
    if (msg instanceof ByteBuf in) {
      Verdict verdict;
      try {
        verdict = admission.onBytes(in, ctx.alloc());
      } catch (Throwable cause) {
        fail(ctx, cause);
        return;
      }
      follow(ctx, verdict);
    } else {
      held().addFirstMessage(msg);
      follow(ctx, admission.onOtherMessage());
    }
  }

  final void follow(ChannelHandlerContext ctx, Verdict verdict) {
    switch (verdict) {
      case WAIT -> {}
      case GO_ON -> proceed(ctx);
      case REFUSE -> refuse(ctx, admission.refusal());
      case ABANDON -> abandon(ctx);
    }
  }

  private void onTimeout(ChannelHandlerContext ctx) {
    if (!ctx.executor().inEventLoop()) {
      ctx.executor().execute(() -> onTimeout(ctx)); // the channel has moved to another event loop
      return;
    }
    timer = null;
    if (begin(ctx)) {
      follow(ctx, admission.onTimeout());
    }
  }

  /** Goes on with a header or without one: asks and tells the application, then delivers. */
  private void proceed(ChannelHandlerContext ctx) {
    state = DecoderState.VALIDATING;
    stopTimer();
    Channel channel = ctx.channel();
    ProxyHeader header = admission.header();
    ProxiedAddress address;
    ChannelHandler replacement = null;
    try {
      report(ctx, admission.reportOnHeader());
      if (header != null) {
        options().validate(channel, header);
      }
      address = address(channel, header);
      if (!isClosed(ctx)) {
        channel.attr(ProxiedAddress.KEY).set(address);
        replacement = options().replacement(address);
      }
    } catch (ProxyHeaderException e) {
      refuse(ctx, e);
      return;
    }
    if (isClosed(ctx)) {
      abandon(ctx);
      return;
    }
    state = DecoderState.PROCEEDING;
    options().listener().proxied(channel, address);
    tell(ctx, address);
    if (replacement != null && !isClosed(ctx) && !ctx.isRemoved()) {
      addReplacement(ctx, replacement);
    }
    releaseHeld(ctx);
    if (isClosed(ctx)) {
      abandon(ctx);
    } else {
      deliver(ctx);
    }
  }

  /** Returns what the header says; without one, what a decoder in front has found out stands. */
  private ProxiedAddress address(Channel channel, @Nullable ProxyHeader header) {
    if (held != null) {
      held.takeAddress();
    }
    ProxiedAddress earlier = header == null ? channel.attr(ProxiedAddress.KEY).get() : null;
    return earlier == null
        ? ProxiedAddress.of(
            header,
            ProxiedNioSocketChannel.realRemoteAddress(channel),
            ProxiedNioSocketChannel.realLocalAddress(channel),
            admission.chosen())
        : earlier;
  }

  private void tell(ChannelHandlerContext ctx, ProxiedAddress address) {
    if (!isClosed(ctx)) {
      ctx.fireUserEventTriggered(address);
    }
  }

  /**
   * Adds the handler that takes the decoder's place. The decoder stays until it has delivered the
   * payload, so that it learns whether the new handler closes the channel.
   */
  private void addReplacement(ChannelHandlerContext ctx, ChannelHandler replacement) {
    try {
      ctx.pipeline().addAfter(ctx.name(), null, replacement);
    } catch (RuntimeException cause) {
      replacementFailed(ctx, cause);
    }
  }

  final void replacementFailed(ChannelHandlerContext ctx, Throwable cause) {
    LOGGER.warn("The handler of replaceWith was not added", cause);
    abandon(ctx);
  }

  final void releaseActive(ChannelHandlerContext ctx) {
    if (activity == Activity.HELD) {
      activity = Activity.TOLD;
      ctx.fireChannelActive();
    }
  }

  /** Passes on {@code channelActive} and the events that came before the payload. */
  private void releaseHeld(ChannelHandlerContext ctx) {
    if (!isClosed(ctx)) {
      releaseActive(ctx);
    }
    if (!isClosed(ctx) && held != null) {
      held.fireEvents(ctx);
    }
  }

  /**
   * Passes on the payload and leaves the pipeline.
   *
   * <p>The decoder leaves first if there is one message at most, which is the usual case. It stays
   * until all messages are passed on if there are several, so that a message which a handler causes
   * meanwhile cannot overtake them, and if another handler takes its place, which must not see
   * them.
   */
  private void deliver(ChannelHandlerContext ctx) {
    ByteBuf first = admission.takeStart();
    ByteBuf rest = admission.takeRest();
    boolean more = held != null && held.hasMessages();
    boolean anything = first != null || rest != null || more;
    if (anything) {
      reads.onDelivery();
    }
    LateHeaderDetector detector = admission.lateHeaderDetector();
    if (detector != null && state == DecoderState.PROCEEDING) {
      detector.addBehind(ctx);
    }
    if (!more && (first == null || rest == null) && !reads.isUnasked(ctx)) {
      leave(ctx);
    }
    deliver(ctx, first);
    deliver(ctx, rest);
    if (held != null) {
      held.fireAll(ctx);
    }
    if (anything && !reads.isUnderWay() && state != DecoderState.CLOSED) {
      ctx.fireChannelReadComplete();
    }
    if (held != null) {
      held.fireAll(ctx);
    }
    leave(ctx);
    reads.settle(ctx);
  }

  private void deliver(ChannelHandlerContext ctx, @Nullable ByteBuf payload) {
    if (payload != null && state == DecoderState.CLOSED) {
      payload.release();
    } else if (payload != null) {
      ctx.fireChannelRead(payload);
    }
  }

  /** Leaves the pipeline if the decoder has not left yet, and puts in its place what is needed. */
  private void leave(ChannelHandlerContext ctx) {
    if (state != DecoderState.PROCEEDING) {
      return;
    }
    state = DecoderState.GONE;
    if (ctx.isRemoved()) {
      return;
    }
    try {
      if (reads.isUnasked(ctx)) {
        ReadGate.addBehind(ctx, admission.lateHeaderDetector());
      }
      ctx.pipeline().remove(this);
    } catch (NoSuchElementException e) {
      LOGGER.trace("Another thread took the decoder out", e);
    }
  }

  /** Passes everything on after somebody else has taken the decoder out, and tells nobody. */
  final void passOn(ChannelHandlerContext ctx) {
    state = DecoderState.GONE;
    stopTimer();
    ended = !ctx.channel().isActive();
    ProxiedAddress ofDecoderInFront = held == null ? null : held.takeAddress();
    if (ofDecoderInFront != null) {
      tell(ctx, ofDecoderInFront);
    }
    releaseHeld(ctx);
    if (isClosed(ctx)) {
      release();
    } else {
      deliver(ctx);
    }
    ProxyHeaderDecoder next = ctx.pipeline().get(ProxyHeaderDecoder.class);
    if (next != null && next.state == DecoderState.NEW && ctx.channel().isActive()) {
      ChannelHandlerContext nextContext = ctx.pipeline().context(next);
      if (nextContext != null) {
        next.startLate(nextContext);
      }
    }
  }

  /** Refuses the connection: one exception, then the listener is told and the channel closed. */
  private void refuse(ChannelHandlerContext ctx, ProxyHeaderException cause) {
    if (state != DecoderState.CLOSED) {
      end();
      if (!options().hasReplacement()) {
        ctx.fireExceptionCaught(cause);
      }
      options().listener().rejected(ctx.channel(), cause);
      ctx.close();
    }
  }

  /** Refuses a peer that is not trusted, without an exception. */
  private void refuseQuietly(ChannelHandlerContext ctx) {
    end();
    options().listener().rejected(ctx.channel(), Admission.untrusted());
    ctx.close();
  }

  /**
   * Closes the channel because bytes are lost, as memory or the buffer is gone, or because a
   * decoder in front has refused the connection with this exception.
   */
  final void fail(ChannelHandlerContext ctx, Throwable cause) {
    end();
    ctx.fireExceptionCaught(cause);
    options().listener().abandoned(ctx.channel());
    ctx.close();
  }

  /** Closes the channel without an exception. */
  private void abandon(ChannelHandlerContext ctx) {
    if (state == DecoderState.PROCEEDING) {
      end(); // the listener was told that the connection goes on
      ctx.close();
    } else if (state != DecoderState.CLOSED) {
      endAbandoned(ctx);
      ctx.close();
    }
  }

  /** Ends with a channel that is closed or being closed. */
  final void endAbandoned(ChannelHandlerContext ctx) {
    end();
    options().listener().abandoned(ctx.channel());
  }

  /** Lets nothing pass from now on, stops the time-out, and releases all bytes and messages. */
  final void end() {
    state = DecoderState.CLOSED;
    stopTimer();
    release();
  }

  private void release() {
    admission.release();
    if (held != null) {
      held.release();
    }
  }

  final void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void report(ChannelHandlerContext ctx, @Nullable ProxyHeaderException cause) {
    if (cause != null) {
      options().listener().reported(ctx.channel(), cause);
    }
  }

  /** Returns whether a call-back has closed the channel. */
  private boolean isClosed(ChannelHandlerContext ctx) {
    return state == DecoderState.CLOSED || !ended && !ctx.channel().isActive();
  }

  final HeldMessages held() {
    if (held == null) {
      held = new HeldMessages();
    }
    return held;
  }
}
