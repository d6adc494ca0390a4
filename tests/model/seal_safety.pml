/* SPDX-License-Identifier: MIT
 *
 * Safety of the seal protocol over two consecutive epochs. README.md beside this file says what is
 * modelled, what is left out and why that is sound; ./run runs it.
 *
 * Whoever lies with less than a third of the power, whatever the network loses, delays, repeats and
 * reorders, and whoever crashes when:
 *
 *   two_seals     no epoch has quorums of votes for two different blocks
 *   orphan_seal   the parent of what is sealed in the second epoch is what was sealed in the first
 *   left_out      a sealed block has every commit and vector that all honest validators held when
 *                 they sent their haves (a commit fault of the sender may take a commit's place)
 *   early_vector  an honest validator shows its vector only after its commit is sealed
 *
 * Sets of validators are masks: bit v is validator v. The network is the set of all messages ever
 * sent. Whoever acts on one may do so at any later time, more than once, or never.
 */

/* ---- configurations, as in the table of ./run ----------------------------------------------- */

#ifdef UNEQUAL /* powers 3, 2, 2, 2, 1 */
#define N 5
#define TOTAL 10
#define POWER(set) (3 * ((set) & 1) + 2 * (((set) >> 1) & 1) + 2 * (((set) >> 2) & 1) + \
                    2 * (((set) >> 3) & 1) + (((set) >> 4) & 1))
#else /* four of 1 */
#define N 4
#define TOTAL 4
#define POWER(set) (((set) & 1) + (((set) >> 1) & 1) + (((set) >> 2) & 1) + (((set) >> 3) & 1))
#endif
#define EVERYONE ((1 << N) - 1)

#ifndef OWNER
#define OWNER 0 /* who makes the blocks */
#endif
#ifndef LIARS
#define LIARS 1 /* who lies: a set */
#endif
#ifndef SENDER
#define SENDER 1 /* whose commit and vector are followed */
#endif
#define HONEST (EVERYONE & ~LIARS)
#define in(v, set) (((set) >> (v)) & 1)

#define is_third(set) (3 * POWER(set) > TOTAL)
#if defined(HALF_FOR_A_QUORUM)
#define is_quorum(set) (2 * POWER(set) >= TOTAL)
#elif defined(MORE_THAN_HALF_FOR_A_QUORUM)
#define is_quorum(set) (2 * POWER(set) > TOTAL)
#else
#define is_quorum(set) (3 * POWER(set) > 2 * TOTAL)
#endif

/* ---- blocks --------------------------------------------------------------------------------- */

/* Blocks 0 and 1 are of epoch 0, blocks 2 and 3 of epoch 1. Two an epoch are enough: a run in which
 * two blocks get sealed remains one when every vote for a third block is taken out of it. */
#define BLOCKS 4
#define epoch_of(block) ((block) / 2)
#define rival(block) ((block) ^ 1)
#define either(of, epoch) (of[2 * (epoch)] | of[2 * (epoch) + 1])

/* What a block holds of SENDER. In epoch 0 that is its commit, in epoch 1 the vector that opens it.
 * X is its commit; one who lies has signed Y too, and the pair of them is a fault. */
mtype = { nothing, commit_x, commit_y, commit_fault, vector };

bool made[BLOCKS]; /* and sent, to some or to all */
mtype content[BLOCKS];
byte parent[BLOCKS]; /* of blocks 2 and 3 */

/* Which blocks an honest owner made: on disk; in memory, which a restart fills from the disk. */
bool block_stored[BLOCKS], block_known[BLOCKS];

/* ---- validators ----------------------------------------------------------------------------- */

/* Haves: who sent one, and who lists what. A have is stored before it leaves and never changes, so
 * a crash between the two only delays it. Which bodies reached its sender is open: it lists any. */
byte have_sent[2];
byte lists_x, lists_y, lists_vector;

/* Votes and seals of the validators, by block: on disk; in memory, which a restart fills from the
 * disk; on their way. Of a sealed epoch the seal is kept and one's own vote no more. */
byte vote_stored[BLOCKS], vote_known[BLOCKS], vote_sent[BLOCKS];
byte seal_stored[BLOCKS], seal_known[BLOCKS];

bool vector_shown; /* by an honest SENDER; one who lies may have shown it to anyone at any time */
#define sender_lies in(SENDER, LIARS)
#define vector_is_out (sender_lies || vector_shown)

/* Liars vote for all blocks, so they are in every set of votes. */
#define sealed(block) is_quorum(vote_sent[block] | LIARS)

#define me (1 << _pid)
#define honest in(_pid, HONEST)
#define holds_seal(epoch) (either(seal_known, epoch) & me)
#define at_work_on(epoch) (!holds_seal(epoch) && ((epoch) == 0 || holds_seal(0)))
#define add_me(set) set = set | me
#define drop_me(set) set = set & ~me

/* Does this block hold a commit of SENDER? Does my own seal of epoch 0? */
#define has_commit(block) (content[block] == commit_x || content[block] == commit_y)
#define my_seal_has_commit \
  (((seal_known[0] & me) && has_commit(0)) || ((seal_known[1] & me) && has_commit(1)))

/* ---- properties ----------------------------------------------------------------------------- */

bool two_seals, orphan_seal, left_out, early_vector, vector_sealed; /* true: found */

/* All are looked for, or those named by -DJUDGED: a wrong protocol can break several. The last one
 * is no property, but shows that there are runs in which the vector gets sealed. */
#define TWO_SEALS 1
#define ORPHAN_SEAL 2
#define LEFT_OUT 4
#define EARLY_VECTOR 8
#define VECTOR_SEALED 16
#ifndef JUDGED
#define JUDGED (TWO_SEALS | ORPHAN_SEAL | LEFT_OUT | EARLY_VECTOR)
#endif
#define judged(property) ((JUDGED & property) != 0)

/* Judges a block the moment that a quorum of votes for it is out. */
inline judge_seal(block) {
  printf("a quorum of votes for block %d is out\n", block);
  two_seals = judged(TWO_SEALS) && sealed(rival(block));
  assert(!two_seals);
  orphan_seal = judged(ORPHAN_SEAL) && epoch_of(block) == 1 && !sealed(parent[block]);
  assert(!orphan_seal);
  vector_sealed = judged(VECTOR_SEALED) && content[block] == vector;
  assert(!vector_sealed)
}

/* Do all honest haves that were sent list it? */
#define all_list(epoch, set) ((have_sent[epoch] & HONEST) && !(have_sent[epoch] & HONEST & ~set))

/* Judges a block that passes the check, so could get sealed. (More haves may be out by then; they
 * can only end that "all list it", so this is the stricter moment.) */
inline judge_content(block) {
  if
  :: epoch_of(block) == 0 ->
     left_out = judged(LEFT_OUT) && content[block] != commit_fault &&
                ((all_list(0, lists_x) && content[block] != commit_x) ||
                 (all_list(0, lists_y) && content[block] != commit_y))
  :: else ->
     left_out = judged(LEFT_OUT) && all_list(1, lists_vector) && content[block] != vector
  fi;
  assert(!left_out)
}

/* ---- the owner ------------------------------------------------------------------------------ */

/* The inclusion rule, for a block that names these haves. The have of a liar lists nothing: to list
 * more could only force more into the block. */
#ifdef INCLUSION_UNCHECKED
#define included(block, haves) true
#else
#define included(block, haves) \
  (epoch_of(block) == 0 -> \
     content[block] == commit_fault || \
     ((!is_third(haves & lists_x) || content[block] == commit_x) && \
      (!is_third(haves & lists_y) || content[block] == commit_y)) : \
     !is_third(haves & lists_vector) || content[block] == vector)
#endif

/* An honest owner makes one block an epoch, on its own seal. One who lies makes any, on any parent.
 * (The names 0 and 1, 2 and 3 are given in the order of making.) */
#define owner_lies in(OWNER, LIARS)
#define unused(block) (!made[block] && (block == 0 || made[0]) && (block != 3 || made[2]))
#define owner_may_make(block) \
  (unused(block) && at_work_on(epoch_of(block)) && !either(block_known, epoch_of(block)))
#define may_build_on(block) (made[block] && (owner_lies || (seal_known[block] & me)))

inline choose_parent(block) {
  if
  :: epoch_of(block) == 0
  :: epoch_of(block) == 1 && may_build_on(0) -> parent[block] = 0
  :: epoch_of(block) == 1 && may_build_on(1) -> parent[block] = 1
  fi
}

/* Fills in a block. A fault and a second commit need a sender who signed two; a vector needs a
 * commit in the parent to open, and that its sender has shown it. */
inline fill(block) {
  if
  :: content[block] = nothing
  :: epoch_of(block) == 0 -> content[block] = commit_x
  :: epoch_of(block) == 0 && sender_lies -> content[block] = commit_y
  :: epoch_of(block) == 0 && sender_lies -> content[block] = commit_fault
  :: epoch_of(block) == 1 && has_commit(parent[block]) && vector_is_out -> content[block] = vector
  fi
}

/* Does it pass the check with some quorum of the haves that are out? All voters see the same haves,
 * which never change, so they find the same whenever they look; the model looks once. A block that
 * does not pass gets no vote but those of liars: it is not made. */
byte haves;
bool passes;
inline check(block) {
  passes = false;
  for (haves : 0 .. EVERYONE) {
    if
    :: !(haves & ~(have_sent[epoch_of(block)] | LIARS)) && is_quorum(haves) &&
       included(block, haves) -> passes = true
    :: else
    fi
  }
  haves = 0
}

/* With both blocks of an epoch made its haves are of no more use: dropped, to save states. */
inline make(block) {
  judge_content(block);
  made[block] = true;
  printf("owner makes block %d with %e on block %d\n", block, content[block], parent[block]);
  if
  :: block == 1 -> have_sent[0] = EVERYONE; lists_x = 0; lists_y = 0
  :: block == 3 -> have_sent[1] = EVERYONE; lists_vector = 0
  :: else
  fi
}

inline unmake(block) {
  content[block] = 0;
  parent[block] = 0
}

/* ---- votes and seals ------------------------------------------------------------------------ */

/* The rest of the check: not voted in this epoch, on one's own seal. What is missing may come later
 * and the block is checked again, so until then this step is only not taken yet. */
#ifdef VOTE_WITHOUT_SEAL
#define on_my_seal(block) (!holds_seal(epoch_of(block)))
#else
#define on_my_seal(block) \
  (at_work_on(epoch_of(block)) && (epoch_of(block) == 0 || (seal_known[parent[block]] & me)))
#endif
#define may_vote(block) (on_my_seal(block) && !(either(vote_known, epoch_of(block)) & me))

inline send_vote(block) {
  printf("%d sends its vote for block %d\n", _pid, block);
  if
  :: sealed(block) -> add_me(vote_sent[block])
  :: else ->
     add_me(vote_sent[block]);
     if
     :: sealed(block) -> judge_seal(block); vote_sent[block] = HONEST
     :: else
     fi
  fi
}

inline store_vote(block) {
  add_me(vote_stored[block]);
  printf("%d stores its vote for block %d\n", _pid, block)
}

/* A vote is stored, then sent; after a crash between the two it is sent later. */
#ifdef VOTE_SENT_BEFORE_STORED
#define vote_half_done(block) (vote_known[block] & ~vote_stored[block] & me)
inline vote(block) { add_me(vote_known[block]); send_vote(block) }
inline finish_vote(block) { store_vote(block) }
#else
#define vote_half_done(block) (vote_stored[block] & ~vote_sent[block] & me)
inline vote(block) { add_me(vote_known[block]); store_vote(block) }
inline finish_vote(block) { send_vote(block) }
#endif

#define may_take_seal(block) (sealed(block) && on_my_seal(block))

/* Of the epoch the seal is kept and the own vote no more. */
inline take_seal(block) {
  printf("%d takes the seal of block %d\n", _pid, block);
  add_me(seal_known[block]);
#ifndef SEAL_FORGOTTEN
  add_me(seal_stored[block]);
#endif
  drop_me(vote_known[block]);
  drop_me(vote_known[rival(block)]);
  drop_me(vote_stored[block]);
  drop_me(vote_stored[rival(block)])
}

/* A crash and the restart after it: memory becomes what is on disk. With everything stored in time
 * the two never differ and this changes nothing, which is the point. */
byte each;
inline restart() {
  printf("%d restarts\n", _pid);
  for (each : 0 .. BLOCKS - 1) {
    vote_known[each] = (vote_known[each] & ~me) | (vote_stored[each] & me);
    seal_known[each] = (seal_known[each] & ~me) | (seal_stored[each] & me);
    block_known[each] = (_pid == OWNER -> block_stored[each] : block_known[each])
  }
  each = 0
}

/* ---- haves and vectors ---------------------------------------------------------------------- */

/* Before its have a validator makes its own commit, so SENDER lists that. */
#define may_send_have(epoch) (honest && at_work_on(epoch) && !(have_sent[epoch] & me))

#ifdef VECTOR_SHOWN_TOO_EARLY /* as soon as a block with the commit is out */
#define may_show_vector ((made[0] && has_commit(0)) || (made[1] && has_commit(1)))
#else
#define may_show_vector my_seal_has_commit
#endif

/* ---- everyone ------------------------------------------------------------------------------- */

inline select_block(block) {
  if
  :: block = 0
  :: block = 1
  :: block = 2
  :: block = 3
  fi
}

/* Each step is atomic: between its parts nobody can tell whether it has begun. */
active [N] proctype validator() {
  byte block;
  do
  :: atomic { may_send_have(0) ->
       if
       :: _pid != SENDER /* lists none */
       :: add_me(lists_x)
       :: sender_lies -> add_me(lists_y)
       fi;
       add_me(have_sent[0]);
       printf("%d sends a have; x is listed by %d, y by %d\n", _pid, lists_x, lists_y) }

  :: atomic { may_send_have(1) ->
       if
       :: skip
       :: my_seal_has_commit && vector_is_out -> add_me(lists_vector)
       fi;
       add_me(have_sent[1]);
       printf("%d sends a have; the vector is listed by %d\n", _pid, lists_vector) }

  :: d_step { honest && _pid == SENDER && !vector_is_out && may_show_vector ->
       printf("%d shows its vector\n", _pid);
       vector_shown = true;
       early_vector = judged(EARLY_VECTOR) && !(sealed(0) && has_commit(0)) &&
                      !(sealed(1) && has_commit(1));
       assert(!early_vector) }

  /* An honest owner stores its block and sends it. */
  :: atomic { honest && _pid == OWNER ->
       select_block(block);
       if
       :: owner_may_make(block) ->
          choose_parent(block);
          fill(block);
          d_step {
            check(block);
            if
            :: passes ->
               make(block);
               block_known[block] = true;
#ifndef BLOCK_SENT_BEFORE_STORED
               block_stored[block] = true
#endif
            :: else -> unmake(block)
            fi;
            passes = false
          }
       :: else
       fi;
       block = 0 }

  /* One who lies has a block ready the moment that somebody would vote for it. Made earlier it
   * would only wait: the haves grow, so what passes the check goes on passing it. */
  :: atomic { honest && owner_lies ->
       select_block(block);
       if
       :: unused(block) ->
          choose_parent(block);
          fill(block);
          d_step {
            check(block);
            if
            :: passes && may_vote(block) -> make(block); vote(block)
            :: else -> unmake(block)
            fi;
            passes = false
          }
       :: else
       fi;
       block = 0 }

  :: atomic { honest ->
       select_block(block);
       if
       :: made[block] && may_vote(block) -> vote(block)
       :: vote_half_done(block) -> finish_vote(block)
       :: made[block] && may_take_seal(block) -> take_seal(block)
       :: else
       fi;
       block = 0 }

  :: d_step { honest -> restart() }
  od
}
