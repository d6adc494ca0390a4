/* SPDX-License-Identifier: MIT
 *
 * Progress of the seal protocol over two consecutive epochs. README.md beside this file says what
 * is modelled, what is left out and why that is sound; ./run runs it.
 *
 * With an honest owner and less than a third of the power lying or gone, no reachable state is
 * stuck: from each of them, once the liar has said its last word and the last crash is over, what
 * honest validators still do leads to all of them holding the seals of all epochs. The judge at the
 * end looks for a state in which none of them has anything left to do and a seal is missing, and
 * names what it finds there:
 *
 *   body_lost       what a third lists or the block names is held by no honest validator
 *   block_refused   a validator holds all that the owner's block names and gives it no vote
 *   votes_split     two blocks of the owner have votes, and none can get a quorum
 *   signer_refuses  the owner has signed a block and lost it, and gets no other one signed
 *   stuck           anything else
 *
 * Sets of validators are masks: bit v is validator v. The guard of a step of honest validators is
 * the set of those who can take it, so that steps and judge read the same. Each of these steps adds
 * to some set and none takes away, so left alone they come to an end.
 */

/* ---- configurations, as in the table of ./run ----------------------------------------------- */

#ifndef EPOCHS
#define EPOCHS 2
#endif
#ifndef CRASHING
#define CRASHING HONEST /* whom they may hit */
#endif

#define N 4 /* validators of equal power */
#define POWER(set) (((set) & 1) + (((set) >> 1) & 1) + (((set) >> 2) & 1) + (((set) >> 3) & 1))
#define is_third(set) (3 * POWER(set) > N)
#define is_quorum(set) (3 * POWER(set) > 2 * N)
#define EVERYONE 15

#define OWNER 1  /* validator 0 */
#define SENDER 8 /* validator 3, whose commits and vectors are followed */
#ifdef ALL_HONEST
#define LIAR 0
#else
#define LIAR SENDER
#endif
#define HONEST (EVERYONE & ~LIAR)
#define me (1 << _pid)

/* ---- the epoch under way -------------------------------------------------------------------- */

/* The first validator that seals an epoch starts the next one. Those behind fetch the seal; what
 * else they had of that epoch matters to nobody any more and is dropped, to save states. */
byte epoch;
byte ahead = HONEST; /* who holds the seals of all epochs before this one */
bool committed;      /* the block before holds a commit of SENDER */
#define working (epoch < EPOCHS -> ahead : 0)

/* Bodies of SENDER for this epoch. One who lies has two commits, and a vector that does not open
 * the commit. (Bodies of the others are stored by their honest signers before they leave, and can
 * be pulled from them for ever: they are never what is missing.) The have of a liar can be missing
 * too; it counts as a body from when a block names it. */
#define COMMIT_X 0
#define COMMIT_Y 1
#define VECTOR 2
#define BAD_VECTOR 3
#define LIARS_HAVE 4
#define BODIES 5
byte held[BODIES];  /* which honest validators hold it, in memory or on disk */
byte lists[BODIES]; /* whose have lists it */

#ifdef COMMITS_IN_EACH_EPOCH
#define commits_count true
#else
#define commits_count (epoch == 0)
#endif
#define vectors_count (epoch > 0 && committed)

byte have_sent;   /* stored and sent by these honest validators */
byte owner_haves; /* which haves the owner holds */

/* Blocks of the owner for this epoch: a correct one makes a single one. */
#ifdef BLOCK_SENT_BEFORE_STORED
#define BLOCKS 2
#define LAST 1
#else
#define BLOCKS 1
#define LAST 0
#endif
bool made[BLOCKS];  /* and sent */
byte names[BLOCKS]; /* bodies, a mask. Both commits of SENDER: their fault, and no commit */
byte haves[BLOCKS]; /* whose haves it names */
byte got[BLOCKS];   /* who has it, in memory or on disk */
byte voted[BLOCKS]; /* who has stored and sent a vote for it */
bool owner_knows;   /* that it has made a block */
bool owner_stored;  /* that block */

#ifdef CRASHES /* at most so many; else any number */
byte crashes;
#define may_crash (crashes < CRASHES)
#define count_crash crashes = crashes + 1
#else
#define may_crash true
#define count_crash skip
#endif

#define bit(body) (1 << (body))
#define both_commits (bit(COMMIT_X) | bit(COMMIT_Y))
#define has_fault(block) ((names[block] & both_commits) == both_commits)
#define has_commit(block) ((names[block] & both_commits) && !has_fault(block))

/* ---- properties ----------------------------------------------------------------------------- */

bool body_lost, block_refused, votes_split, signer_refuses, stuck, vector_sealed; /* true: found */

/* All are looked for, or those named by -DJUDGED: a wrong protocol can break several. The last one
 * is no property, but shows that there are runs in which the vector gets sealed. */
#define BODY_LOST 1
#define BLOCK_REFUSED 2
#define VOTES_SPLIT 4
#define SIGNER_REFUSES 8
#define STUCK 16
#define VECTOR_SEALED 32
#ifndef JUDGED
#define JUDGED (BODY_LOST | BLOCK_REFUSED | VOTES_SPLIT | SIGNER_REFUSES | STUCK)
#endif
#define judged(property) ((JUDGED & property) != 0)

/* ---- guards: who can take which step -------------------------------------------------------- */

#define can_catch_up (HONEST & ~ahead)

/* An honest SENDER makes its commit before its have; it shows its vector when it holds the seal. */
#ifdef ALL_HONEST
#define can_commit (commits_count -> working & SENDER & ~held[COMMIT_X] : 0)
#define can_show_vector (vectors_count -> working & SENDER & ~held[VECTOR] : 0)
#else
#define can_commit 0
#define can_show_vector 0
#endif
#define can_send_have (working & ~have_sent & ~can_commit)

/* Whoever lacks a body pulls it from an honest holder; the liar's have when a block names it. */
#define can_pull(body) (held[body] -> working & ~held[body] : 0)
#define can_pull_liars_have \
  (held[LIARS_HAVE] -> ((names[0] & bit(LIARS_HAVE) -> got[0] : 0) | \
                        (names[LAST] & bit(LIARS_HAVE) -> got[LAST] : 0)) & ~held[LIARS_HAVE] : 0)

/* The owner takes haves until it makes its block of those that it holds: a quorum, and it must hold
 * what a third of them lists. */
#define owner_collects (owner_knows -> 0 : working & OWNER)
#define can_take_have (owner_collects && (have_sent & ~owner_haves) -> OWNER : 0)
#define demanded(body, by) is_third((by) & lists[body])
#ifdef BLOCK_WITHOUT_BODIES
#define owner_has(body) true
#else
#define owner_has(body) (!demanded(body, owner_haves) || (held[body] & OWNER))
#endif
#define owner_is_ready \
  (!made[LAST] && is_quorum(owner_haves) && owner_has(COMMIT_X) && owner_has(COMMIT_Y) && \
   owner_has(VECTOR))
#ifdef SIGNED_BEFORE_STORED /* made in two steps: signed, then stored and sent */
bool block_signed; /* the signer has signed it, and signs no other one */
bool block_known;  /* the owner has it in memory */
#define can_sign_block (owner_is_ready && !block_signed -> owner_collects : 0)
#define can_make_block (owner_is_ready && block_known -> owner_collects : 0)
#else
#define can_sign_block 0
#define can_make_block (owner_is_ready -> owner_collects : 0)
#endif

/* A block is checked when it comes and again after each event. What may still come, a body, a seal,
 * is waited for. The rest of the check is inclusion. */
#define can_receive(block) (made[block] -> working & ~got[block] : 0)
#define holds(body, block) (names[block] & bit(body) -> held[body] : EVERYONE)
#define hold_all(block) \
  (holds(COMMIT_X, block) & holds(COMMIT_Y, block) & holds(VECTOR, block) & \
   holds(LIARS_HAVE, block))
#define in_or_not_demanded(body, block) \
  (!demanded(body, haves[block]) || (names[block] & bit(body)))
#ifdef NO_EXEMPTION /* asks for the commits of a sender of two even where their fault is in */
#define exempt(block) !(demanded(COMMIT_X, haves[block]) || demanded(COMMIT_Y, haves[block]))
#else
#define exempt(block) true
#endif
#define included(block) \
  (in_or_not_demanded(COMMIT_X, block) && in_or_not_demanded(COMMIT_Y, block) && \
   in_or_not_demanded(VECTOR, block) && (!has_fault(block) || exempt(block)))

#ifdef REFUSED_FOR_GOOD
byte refused; /* who met a block when a body or a seal was missing */
#define can_refuse (made[0] -> (can_catch_up | (got[0] & ~hold_all(0))) & ~voted[0] & ~refused : 0)
#else
#define refused 0
#endif

#define can_vote(block) \
  (included(block) -> \
     working & got[block] & hold_all(block) & ~(voted[0] | voted[LAST] | refused) : 0)

/* The liar may show its vote to anyone at any time: a step that can be taken, none to count on. */
#define can_seal(block, votes) (is_quorum(votes) -> working & got[block] & hold_all(block) : 0)

/* ---- steps of honest validators ------------------------------------------------------------- */

#define add(set, who) set = set | (who)
#define add_me(set) add(set, me)
#define drop(set, who) set = set & ~(who)

inline take(body) { add_me(held[body]); printf("%d holds body %d\n", _pid, body) }
inline receive(block) { add_me(got[block]); printf("%d has block %d\n", _pid, block) }
inline vote(block) { add_me(voted[block]); printf("%d votes for block %d\n", _pid, block) }

/* Lists what it holds: of two commits the one that came first, which can be either. */
inline send_have() {
  if
  :: held[COMMIT_X] & me -> add_me(lists[COMMIT_X])
  :: held[COMMIT_Y] & me -> add_me(lists[COMMIT_Y])
  :: !((held[COMMIT_X] | held[COMMIT_Y]) & me)
  fi;
  if
  :: held[VECTOR] & me -> add_me(lists[VECTOR])
#ifdef LISTING_UNCHECKED
  :: !(held[VECTOR] & me) && (held[BAD_VECTOR] & me) -> add_me(lists[VECTOR])
#endif
  :: else
  fi;
  add_me(have_sent);
  printf("%d sends its have; listed now: x by %d, y by %d, vector by %d\n", _pid,
         lists[COMMIT_X], lists[COMMIT_Y], lists[VECTOR])
}

/* What the owner must put in, and any of the rest that it holds. */
inline name_body(block, body, must) {
  if
  :: held[body] & me -> add(names[block], bit(body))
  :: !(held[body] & me) || !(must)
  fi
}

#define owner_sees_fault ((held[COMMIT_X] & me) && (held[COMMIT_Y] & me))
inline make_block(block) {
  name_body(block, COMMIT_X, demanded(COMMIT_X, owner_haves) || owner_sees_fault);
  name_body(block, COMMIT_Y, demanded(COMMIT_Y, owner_haves) || owner_sees_fault);
  name_body(block, VECTOR, demanded(VECTOR, owner_haves));
  if
  :: owner_haves & LIAR ->
     add(names[block], bit(LIARS_HAVE));
     add_me(held[LIARS_HAVE])
  :: else
  fi;
  haves[block] = owner_haves;
  made[block] = true;
  add_me(got[block]);
  owner_knows = true;
#ifndef BLOCK_SENT_BEFORE_STORED
  owner_stored = true;
#endif
  printf("owner makes block %d of haves %d with bodies %d\n", block, haves[block], names[block])
}

byte each;

/* The first to seal starts the next epoch, with nothing in it. */
inline seal(block) {
  printf("%d seals epoch %d by block %d\n", _pid, epoch, block);
  vector_sealed = judged(VECTOR_SEALED) && (names[block] & bit(VECTOR)) != 0;
  assert(!vector_sealed);
  committed = has_commit(block);
  epoch = epoch + 1;
  ahead = me;
  for (each : 0 .. BODIES - 1) {
    held[each] = 0;
    lists[each] = 0
  }
  for (each : 0 .. LAST) {
    made[each] = false;
    names[each] = 0;
    haves[each] = 0;
    got[each] = 0;
    voted[each] = 0
  }
  have_sent = 0;
  owner_haves = 0;
  owner_knows = false;
  owner_stored = false;
#ifdef SIGNED_BEFORE_STORED
  block_signed = false;
  block_known = false;
#endif
#ifdef REFUSED_FOR_GOOD
  refused = 0;
#endif
  each = 0
}

/* ---- crash and restart ---------------------------------------------------------------------- */

/* What stays is on disk with what was stored and names it: the own have, vote and block. */
#define named_and_kept(body, block) \
  ((names[block] & bit(body)) && ((voted[block] & me) || BLOCK_KEEPS(block)))
#ifdef BLOCK_STORED_WITHOUT_BODIES
#define BLOCK_KEEPS(block) false
#else
#define BLOCK_KEEPS(block) (owner_stored && (me & OWNER))
#endif
#ifdef HAVE_STORED_WITHOUT_BODIES
#define listed_and_kept(body) false
#else
#define listed_and_kept(body) (have_sent & lists[body] & me)
#endif
#define own_body(body) (HONEST & SENDER & me)

inline crash() {
  for (each : 0 .. BODIES - 1) {
    if
    :: named_and_kept(each, 0) || named_and_kept(each, LAST) || listed_and_kept(each) ||
       own_body(each)
    :: else -> drop(held[each], me)
    fi
  }
  for (each : 0 .. LAST) {
    if
    :: (voted[each] & me) || (owner_stored && (me & OWNER))
    :: else -> drop(got[each], me)
    fi
  }
  if
  :: (me & OWNER) && !owner_stored ->
     owner_knows = false;
     owner_haves = have_sent & OWNER;
     if
     :: !made[0] -> /* the liar may show another have now */
        for (each : 0 .. BODIES - 1) {
          drop(lists[each], LIAR)
        }
     :: else
     fi
#ifdef SIGNED_BEFORE_STORED
     ; block_known = false
#endif
  :: else
  fi;
  each = 0;
  count_crash;
  printf("%d crashes and restarts\n", _pid)
}

/* ---- everyone ------------------------------------------------------------------------------- */

active [N] proctype validator() {
  do
  :: d_step { can_catch_up & me -> add_me(ahead); printf("%d fetches the seals it lacks\n", _pid) }
  :: d_step { can_commit & me -> take(COMMIT_X) }
  :: d_step { can_show_vector & me -> take(VECTOR) }
  :: d_step { can_pull(COMMIT_X) & me -> take(COMMIT_X) }
  :: d_step { can_pull(COMMIT_Y) & me -> take(COMMIT_Y) }
  :: d_step { can_pull(VECTOR) & me -> take(VECTOR) }
  :: d_step { can_pull_liars_have & me -> take(LIARS_HAVE) }
  :: atomic { can_send_have & me -> send_have() }
  :: atomic { can_take_have & me ->
       if
       :: have_sent & ~owner_haves & 1 -> add(owner_haves, 1)
       :: have_sent & ~owner_haves & 2 -> add(owner_haves, 2)
       :: have_sent & ~owner_haves & 4 -> add(owner_haves, 4)
       :: have_sent & ~owner_haves & 8 -> add(owner_haves, 8)
       fi;
       printf("owner holds haves of %d\n", owner_haves) }
  :: atomic { can_make_block & me ->
       if
       :: !made[0] -> make_block(0)
       :: else -> make_block(LAST)
       fi }
  :: d_step { can_receive(0) & me -> receive(0) }
  :: d_step { can_vote(0) & me -> vote(0) }
  :: d_step { can_seal(0, voted[0] | LIAR) & me -> seal(0) }
#ifdef BLOCK_SENT_BEFORE_STORED
  :: d_step { owner_knows && !owner_stored && (me & OWNER) -> owner_stored = true }
  :: d_step { can_receive(LAST) & me -> receive(LAST) }
  :: d_step { can_vote(LAST) & me -> vote(LAST) }
  :: d_step { can_seal(LAST, voted[LAST] | LIAR) & me -> seal(LAST) }
#endif
#ifdef SIGNED_BEFORE_STORED
  :: d_step { can_sign_block & me -> block_signed = true; block_known = true; printf("signed\n") }
#endif
#ifdef REFUSED_FOR_GOOD
  :: d_step { can_refuse & me -> add_me(refused) }
#endif
  :: d_step { may_crash && epoch < EPOCHS && (CRASHING & me) -> crash() }
  od
}

/* Shows each of its bodies to whom it likes, has one have for the owner (another one after the
 * owner forgot it in a crash), and votes for whom it likes: see can_seal. Or does none of that. */
#define may_get(body) (working & ~held[body])
inline give(body) {
  if
  :: may_get(body) & 1 -> add(held[body], 1)
  :: may_get(body) & 2 -> add(held[body], 2)
  :: may_get(body) & 4 -> add(held[body], 4)
  fi;
  printf("liar shows body %d; it is held by %d now\n", body, held[body])
}

#ifndef ALL_HONEST
active proctype liar() {
  do
  :: atomic { commits_count && may_get(COMMIT_X) -> give(COMMIT_X) }
  :: atomic { commits_count && may_get(COMMIT_Y) -> give(COMMIT_Y) }
  :: atomic { vectors_count && may_get(VECTOR) -> give(VECTOR) }
#ifdef LISTING_UNCHECKED /* else nobody keeps it */
  :: atomic { vectors_count && may_get(BAD_VECTOR) -> give(BAD_VECTOR) }
#endif
  :: atomic { owner_collects && !(owner_haves & LIAR) && !(made[0] && haves[0] & LIAR) ->
       add(owner_haves, LIAR);
       if
       :: commits_count -> add(lists[COMMIT_X], LIAR)
       :: commits_count -> add(lists[COMMIT_Y], LIAR)
       :: skip
       fi;
       if
       :: vectors_count -> add(lists[VECTOR], LIAR)
       :: skip
       fi;
       printf("liar's have for the owner; listed now: x by %d, y by %d, vector by %d\n",
              lists[COMMIT_X], lists[COMMIT_Y], lists[VECTOR]) }
  od
}
#endif

/* ---- the judge ------------------------------------------------------------------------------ */

#define all_sealed (epoch == EPOCHS && ahead == HONEST)
#define something_to_do \
  (can_catch_up | can_commit | can_show_vector | can_send_have | can_pull(COMMIT_X) | \
   can_pull(COMMIT_Y) | can_pull(VECTOR) | can_pull_liars_have | can_take_have | \
   can_sign_block | can_make_block | \
   can_receive(0) | can_vote(0) | can_seal(0, voted[0]) | \
   can_receive(LAST) | can_vote(LAST) | can_seal(LAST, voted[LAST]))

#define nobody_has(body) \
  (!held[body] && (made[0] -> names[0] & bit(body) : demanded(body, owner_haves)))

active proctype judge() {
  d_step { !something_to_do && !all_sealed ->
    body_lost = judged(BODY_LOST) && (nobody_has(COMMIT_X) || nobody_has(COMMIT_Y) ||
                                      nobody_has(VECTOR) || nobody_has(LIARS_HAVE));
    assert(!body_lost);
    votes_split = judged(VOTES_SPLIT) && LAST > 0 && voted[0] && voted[LAST];
    assert(!votes_split);
    block_refused = judged(BLOCK_REFUSED) && (working & got[0] & hold_all(0) & ~voted[0]) != 0;
    assert(!block_refused);
#ifdef SIGNED_BEFORE_STORED
    signer_refuses = judged(SIGNER_REFUSES) && block_signed && !block_known;
    assert(!signer_refuses);
#endif
    stuck = judged(STUCK);
    assert(!stuck) }
}
